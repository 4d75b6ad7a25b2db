"""All durable I/O: the calls of the system behind one door, safe places, whole writes, the lock."""
