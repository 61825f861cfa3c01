"""Acts of the room: drafts, articles in force, canned answers."""
