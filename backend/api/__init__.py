"""The outside of the server: GraphQL, its limits, and thin HTTP routes."""
