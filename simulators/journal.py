"""What a simulator remembers across a restart: one JSON object a line, appended as things happen.

Without a file the journal forgets everything, which is what most tests want. Lines are flushed to the
system and not synced to the disk: a simulator must outlive its own death, not the machine's.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO


class Journal:
    """Appends events to a file, or to nowhere when it has no path."""

    def __init__(self, path: str | None) -> None:
        self._path = Path(path) if path else None
        self._file: TextIO | None = None

    def replay(self) -> Iterator[dict[str, Any]]:
        """Every event written before, oldest first. A last line cut short by a kill is dropped."""
        if self._path is None or not self._path.exists():
            return
        whole = 0
        with self._path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                yield json.loads(line)
        if whole < self._path.stat().st_size:
            with self._path.open("rb+") as file:
                file.truncate(whole)

    def write(self, kind: str, **event: Any) -> None:
        """Append one event; `kind` says what it is."""
        if self._path is None:
            return
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a", encoding="utf-8")
        self._file.write(json.dumps({"kind": kind, **event}, separators=(",", ":")) + "\n")
        self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
