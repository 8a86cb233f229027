"""The Chromium that looks at the page: ``python -m tests.browser`` fetches one where none is."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""What a browser may be called that the tests of the page can drive."""


def find_chromium() -> str | None:
    """Return the browser on PATH; None where playwright has to know of one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def fetch_chromium() -> None:
    """Fetch a Chromium; where that fails the tests of the page skip, and it is said."""
    print("the tests of the page need a Chromium, and none is on PATH: fetching one")
    apt = shutil.which("apt-get") if os.geteuid() == 0 else None
    commands = (
        [[apt, "update", "-qq"], [apt, "install", "-qqy", "--no-install-recommends", "chromium"]]
        if apt
        else [[sys.executable, "-m", "playwright", "install", "chromium-headless-shell"]]
    )
    silent = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        done = subprocess.run(command, env=silent, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{done.stderr}no Chromium could be fetched: the tests of the page skip")
            return


if __name__ == "__main__" and not find_chromium():
    fetch_chromium()
