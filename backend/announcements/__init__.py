"""Announcements: written once, with the texts for web, Instagram, Facebook and a WhatsApp group."""
