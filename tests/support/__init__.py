"""What tests stand on: a settable clock, real databases, real servers and a network that can fail."""
