"""Office hours, holidays and zones; working time between instants."""
