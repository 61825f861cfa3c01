"""Tests of the room backend/database."""
