"""The client API, version 1: one file a subject. It may grow; what is there keeps its meaning."""
