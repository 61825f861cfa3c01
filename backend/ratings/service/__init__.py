"""What the ratings room does, one module a capability."""
