"""Floor 4: the shell. Files become values, values become files; every effect of the program is on this floor."""
