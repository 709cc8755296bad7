"""What the rest of the service asks of accounts, in one import: clients, keys, users, sessions, audit.

The verbs themselves stand in clients.py, users.py and audit.py.
"""

from app.accounts.audit import client_actor, user_actor
from app.accounts.audit import record as audit
from app.accounts.clients import client_by_name, client_of_key, create_client, issue_key, keys_of, revoke_key
from app.accounts.users import (
    change_password,
    create_user,
    disable_user,
    forget_ended_sessions,
    session_user,
    sign_in,
    sign_out,
    unlock,
    user_by_email,
)

__all__ = [
    "audit",
    "change_password",
    "client_actor",
    "client_by_name",
    "client_of_key",
    "create_client",
    "create_user",
    "disable_user",
    "forget_ended_sessions",
    "issue_key",
    "keys_of",
    "revoke_key",
    "session_user",
    "sign_in",
    "sign_out",
    "unlock",
    "user_actor",
    "user_by_email",
]
