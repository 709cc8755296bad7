"""The verbs that cross rooms, each in its caller's one transaction."""
