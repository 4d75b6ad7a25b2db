"""A plan file (YAML) as a checked plan: its text, its nodes, its keys and values, what the checks find."""
