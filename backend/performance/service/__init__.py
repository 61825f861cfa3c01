"""Handlers of the room, one topic a module."""
