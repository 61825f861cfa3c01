"""Pure rules of the ratings, one module a capability; the standard library only."""
