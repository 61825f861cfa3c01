"""The tests; folders mirror the rooms of the house."""
