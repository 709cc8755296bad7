"""Look the locked packages up in the advisory database, and fail on a known vulnerability.

Where the database cannot be reached the run goes on: a network that is down says nothing about the packages.
What was not looked up is said, so that silence is never taken for safety.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TIMEOUT_S = 180
# Advisories that do not concern Kazi, each with its reason: {"GHSA-…": "why"}.
IGNORED: dict[str, str] = {}


def audit(lock: str, report: Path) -> str:
    """Write pip-audit's findings on one lock file to `report`; return what it said."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--disable-pip", "--require-hashes"]
    command += ["--progress-spinner=off", "--format=json", f"--output={report}"]
    command += [f"--ignore-vuln={advisory}" for advisory in IGNORED]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return f"no answer within {TIMEOUT_S} seconds"
    return done.stderr.strip()


def main(locks: list[str]) -> int:
    """Audit each lock file; 1 where a vulnerability is known, else 0."""
    found = False
    for lock in locks:
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            said = audit(lock, report)
            if not report.exists() or not report.read_text():
                print(f"{lock}: not checked, the advisory database could not be asked: {said[-300:]}")
                continue
            packages: list[dict[str, Any]] = json.loads(report.read_text())["dependencies"]
        looked_up = [package for package in packages if "skip_reason" not in package]
        print(f"{lock}: {len(looked_up)} of {len(packages)} packages looked up")
        for package in looked_up:
            for advisory in package["vulns"]:
                found = True
                fixed = ", ".join(advisory["fix_versions"]) or "no version yet"
                print(f"  {package['name']} {package['version']}: {advisory['id']}, fixed in {fixed}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
