"""`python -m bench.kills`."""

import sys

from bench.kills import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
