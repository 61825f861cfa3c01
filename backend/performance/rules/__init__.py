"""Pure rules of the room, one topic a module."""
