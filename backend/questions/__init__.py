"""Staffing questions: one inbox for what employees ask, one conversation for each question."""
