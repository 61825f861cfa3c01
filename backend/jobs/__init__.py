"""Timed acts: rows with a due time that one process at a time claims, runs once, and ends in a named state."""
