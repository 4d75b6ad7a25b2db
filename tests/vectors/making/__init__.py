"""What writes the known answers of this folder: the standard library and the independent verifier, never the engine."""
