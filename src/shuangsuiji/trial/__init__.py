"""Floor 3b: trials of the draw with imaginary seeds (`selftest`): known answers, laws of chance, somebody's own pool."""
