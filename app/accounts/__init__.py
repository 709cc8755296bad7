"""Clients, staff users, API keys, sessions, roles, the audit trail and remembered requests."""
