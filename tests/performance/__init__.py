"""Work plans: rules, server, outputs."""
