"""Forms and what else a phone needs to work without signal: the bundle of an agency and its sub-districts."""
