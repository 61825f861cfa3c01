"""Anonymous reports of misconduct: who writes stays unknown, only the appointed recipients read."""
