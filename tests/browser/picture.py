"""Takes the README's picture of the console: `python tests/browser/picture.py --url … --email … --password …`.

Point it at a running `./kazi demo` while its job runs, with the sign-in that the demo prints. It needs
Playwright (a development dependency) and Chromium on the PATH.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "console.png"
LARGEST_BYTES = 200_000
# Long enough for the feed to have moved at least once after the page says that it is live.
SETTLE_MS = 2500


def take(url: str, email: str, password: str) -> int:
    """Sign in, wait until the overview is live, and write the picture; return its size in bytes."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        raise SystemExit("There is no Chromium on the PATH: apt-get install chromium.")
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=executable, args=sandbox)
        page = browser.new_page(viewport={"width": 1440, "height": 860}, base_url=url)
        page.goto("/console/sign-in")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.locator("#live[data-state=live]").wait_for()
        page.wait_for_timeout(SETTLE_MS)
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()
    return PICTURE.stat().st_size


def main() -> None:
    """Read the command line and take the picture."""
    parser = argparse.ArgumentParser(description="Take the README's picture of the console.")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    asked = parser.parse_args()
    size = take(asked.url, asked.email, asked.password)
    sys.stdout.write(f"{PICTURE} ({size:,} bytes)\n")
    if size > LARGEST_BYTES:
        raise SystemExit(
            f"The picture is larger than {LARGEST_BYTES:,} bytes: take it with less on the screen."
        )


if __name__ == "__main__":
    main()
