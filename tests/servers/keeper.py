"""A process that supervises others: `keeper.py DATA_DIR NAME=PROGRAM…`, each program Python source of its own.

Run as a script by the tests. Says when everything is started, and when everything has stopped.
"""

import sys
from pathlib import Path

from app.servers import ProcessSpec, Supervisor


def say(line: str) -> None:
    """Tell the test."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(data_dir: Path, programs: list[str]) -> None:
    """Run the programs until a signal says stop."""
    specs = []
    for program in programs:
        name, source = program.split("=", 1)
        specs.append(ProcessSpec(name, [sys.executable, "-c", source], stop_timeout_s=5.0))
    supervisor = Supervisor(specs, data_dir=data_dir)
    told: list[str] = []

    def tell() -> bool:
        if not told:
            told.append("started")
            say("started")
        return False

    supervisor.run(until=tell)
    say("stopped")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
