"""Agencies, units, people, roles; sign-in, devices and sessions; import of people."""
