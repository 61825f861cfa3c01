"""Import of people: read a file, check it, apply it whole, undo it within a day."""
