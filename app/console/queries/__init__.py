"""What the screens show, read from the tables of all rooms. Nothing here writes."""
