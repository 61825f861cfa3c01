"""Tests about the house and about the tests themselves."""
