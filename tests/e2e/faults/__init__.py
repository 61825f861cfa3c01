"""Real browsers under faults; each file is named after what goes wrong."""
