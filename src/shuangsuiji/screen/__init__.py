"""Floor 5: words. What people read, in Chinese, and what programs read, in JSON."""
