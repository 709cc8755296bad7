"""The web console: pages, live streams, the phone page."""
