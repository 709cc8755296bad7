"""A project as its client describes it: its shape, whether it can be run, and how its questions are written."""
