"""What happens to questions: intake, routing, the desk's acts, timers; and how all of it reaches the feed."""
