"""`python -m bench.simulate`."""

import sys

from bench.simulate import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
