"""Messaging gateways: signed messages in, a queue with retries out. Knows no domain; services use it."""
