"""That this process was told to end: set by a signal, looked at between one piece of work and the next."""

import threading

requested = threading.Event()
