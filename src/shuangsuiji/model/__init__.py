"""Floor 1: frozen values. Standard library and numpy only; no clock, path, locale, environment or random source."""
