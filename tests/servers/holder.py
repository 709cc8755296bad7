"""A process that holds a data folder: it starts the embedded servers, says where and who they are, and waits.

Run as a script by the tests, which kill it. Ends in an orderly way when its standard input ends.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from app.servers import embedded

if __name__ == "__main__":
    with embedded(Path(sys.argv[1])) as servers:
        sys.stdout.write(json.dumps({**asdict(servers.urls), **servers.pids()}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
