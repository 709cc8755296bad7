"""Projects of kind `text`: what is written, and how others check it."""
