"""QR ratings of counter staff (PACAK) and the satisfaction survey of services and sites (IKM)."""
