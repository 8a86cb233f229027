"""Where the Python of a release is. Looks at paths only; nothing is run."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path


def find_interpreter(version: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return the interpreter of a minor version ("3.9"), or None.

    PATH comes first, then pyenv's versions, then those that uv manages. pyenv's shims are passed
    over: one of a version that is not active is on PATH and fails when it is called. So are
    pre-releases and free-threaded builds, for which no wheels of the day were made.
    """
    for folder in _folders(version, environment):
        candidate = folder / f"python{version}"
        if os.access(candidate, os.X_OK) and not candidate.is_dir():
            return candidate
    return None


def has_interpreter(version: str) -> bool:
    """Say whether a minor version of Python is on this machine."""
    return find_interpreter(version) is not None


def _folders(version: str, environment: Mapping[str, str]) -> Iterable[Path]:
    home = Path(environment.get("HOME") or "~").expanduser()
    pyenv = Path(environment.get("PYENV_ROOT") or home / ".pyenv")
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    managed = Path(environment.get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python")
    patch = re.compile(rf"(?:cpython-)?{re.escape(version)}\.(\d+)(?:-.*)?")
    for entry in environment.get("PATH", "").split(os.pathsep):
        if entry and Path(entry) != pyenv / "shims":
            yield Path(entry)
    for root in (pyenv / "versions", managed):
        found = [
            (match, folder) for folder in root.glob("*") if (match := patch.fullmatch(folder.name))
        ]
        for _, folder in sorted(found, key=lambda pair: int(pair[0][1]), reverse=True):
            yield folder / "bin"
