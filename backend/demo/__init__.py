"""The demonstration: invented agencies, people and articles. Nothing here runs unless it is asked for."""
