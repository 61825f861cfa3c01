"""The database: one SQLite file in an office, PostgreSQL in production, the same code on both."""
