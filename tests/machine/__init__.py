"""The state machine: simulated phones against the real engine, judged by a dictionary."""
