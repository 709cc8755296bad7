"""Kazi: text jobs become micro-tasks, answered by SMS and WhatsApp, paid by mobile money."""
