"""Signed notifications to clients: where they want them, each delivery, and the guard on where we may call."""
