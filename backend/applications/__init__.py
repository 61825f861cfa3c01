"""Service applications: one case engine, its services as data."""
