"""Notices to people's devices: a delivery outbox written with the act itself, and Web Push that empties it."""
