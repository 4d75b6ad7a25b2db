"""Floor 6: commands. A command reads, parses, calls, shows, exits."""
