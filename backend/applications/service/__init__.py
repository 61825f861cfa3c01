"""What is done to services and cases, and what the feed shows of them."""
