"""Who saw and did what: rows that can be added and read, never changed."""
