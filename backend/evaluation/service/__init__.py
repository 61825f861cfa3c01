"""What this room does with its records and figures."""
