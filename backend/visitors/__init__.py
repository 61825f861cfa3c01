"""The guest register: who came to the counter, why, when they left. Works without signal."""
