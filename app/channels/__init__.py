"""How a message comes in and goes out: one file a provider; store, verify, send, delivery status, segments."""
