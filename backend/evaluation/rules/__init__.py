"""Pure rules of this room: means and shares, the report's six parts, visitors and cost."""
