"""A real browser against the real server, through a network that can fail."""
