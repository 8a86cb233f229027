"""Whether an environment still holds what its lock says, and nothing else.

Reading all of a release's files again takes seconds, so what was found whole once is told from what
was touched since by the names, sizes and times of its files, which takes a tenth of a second.
"""

import base64
import csv
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from packaging.utils import canonicalize_name

_MARK = ".maskmatrix"
"""In the environment: the lock and the fingerprint with which it was found whole."""
_PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)", re.MULTILINE)
_OPEN = re.compile(r"^include-system-site-packages\s*=\s*true", re.MULTILINE | re.IGNORECASE)
_COMPILED = "__pycache__"
_UVS_OWN = {"_virtualenv.py", "_virtualenv.pth"}
"""What ``uv venv`` puts beside the packages."""
_AT_ONCE = 1 << 20
Pause: TypeAlias = Callable[[], None]
"""What is called again and again meanwhile; what it raises is the end of it."""


def go_on() -> None:
    """Do nothing: the main thread is interrupted without being asked."""


def is_untouched(environment: Path, lock: Path, pause: Pause = go_on) -> bool:
    """Say whether an environment is as it was when it was last found to hold its lock."""
    try:
        said = (environment / _MARK).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return said == _mark(environment, lock, pause)


def mark_whole(environment: Path, lock: Path) -> None:
    """Remember that an environment holds its lock."""
    (environment / _MARK).write_text(_mark(environment, lock), encoding="utf-8")


def _mark(environment: Path, lock: Path, pause: Pause = go_on) -> str:
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {_fingerprint(environment, pause)}\n"


def _fingerprint(environment: Path, pause: Pause) -> str:
    digest = hashlib.sha256()
    configuration = environment / "pyvenv.cfg"
    digest.update(configuration.read_bytes() if configuration.is_file() else b"")
    for packages in _site_packages(environment):
        for entry in sorted(_walk(packages), key=lambda entry: entry.path):
            pause()
            about = entry.stat(follow_symlinks=False)
            name = os.fsencode(os.path.relpath(entry.path, environment))
            digest.update(b"%s\0%d\0%d\n" % (name, about.st_size, about.st_mtime_ns))
    return digest.hexdigest()


def _site_packages(environment: Path) -> list[Path]:
    return sorted(environment.glob("lib/python*/site-packages"))


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield every file below; what Python compiled itself is left out."""
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.name == _COMPILED:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    yield entry


def find_changes(environment: Path, lock: Path, pause: Pause = go_on) -> dict[str, str]:
    """Return what is not as the lock says, by package: each file is held against the records.

    Files that belong to no package stand under the empty name.
    """
    folders = _site_packages(environment)
    if len(folders) != 1 or not (environment / "pyvenv.cfg").is_file():
        return {"": "it is no virtual environment with a folder of packages"}
    if _OPEN.search((environment / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")):
        return {"": "it sees the packages of the system"}
    (packages,) = folders
    pins = _PINNED.findall(lock.read_text())
    pinned: dict[str, str] = {canonicalize_name(name): version for name, version in pins}
    found: dict[str, str] = {}
    changes: dict[str, str] = {}
    records: dict[str, set[str]] = {}
    owners: dict[str, str] = {}
    for information in sorted(packages.glob("*.dist-info")):
        name, _, version = information.name.removesuffix(".dist-info").rpartition("-")
        name = canonicalize_name(name)
        found[name] = version
        rows = _read_record(information, packages)
        if not rows:
            changes[name] = "its record is gone"
        for path, expected in rows.items():
            records.setdefault(path, set()).add(expected)
            owners[path] = name
    there = {os.path.relpath(entry.path, packages) for entry in _walk(packages)}
    for path in sorted(records.keys() - there):
        changes.setdefault(owners[path], f"{path} is gone")
    for path in sorted(records.keys() & there):
        # Packages write over each other's files, and both have the file in their records.
        known = records[path]
        if "" not in known and _sha256(packages / path, pause) not in known:
            changes.setdefault(owners[path], f"{path} is changed")
    for name in sorted(pinned.keys() | found.keys()):
        if pinned.get(name) != found.get(name):
            installed, asked = found.get(name, "not there"), pinned.get(name, "not in the lock")
            changes[name] = f"{installed}, by the lock {asked}"
    if strangers := sorted(there - records.keys() - _UVS_OWN):
        changes[""] = f"{strangers[0]} belongs to no package"
    return changes


def _read_record(information: Path, packages: Path) -> dict[str, str]:
    """Return the files of a package with their hashes, empty where none is known; nothing if gone.

    What describes the package has none: some wheels of TensorFlow were published with descriptions
    that are not those of their records. Scripts, which lie elsewhere, are not run.
    """
    try:
        text = (information / "RECORD").read_text(encoding="utf-8")
        rows = [row for row in csv.reader(text.splitlines()) if row]
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    files: dict[str, str] = {}
    for path, *about in rows:
        name = os.path.relpath(os.path.normpath(packages / path), packages)
        if name.startswith("..") or _COMPILED in name.split("/"):
            continue
        algorithm, _, expected = (about or [""])[0].partition("=")
        known = algorithm == "sha256" and not name.startswith(f"{information.name}/")
        files[name] = expected if known else ""
    return files


def _sha256(file: Path, pause: Pause) -> str:
    """Return the hash as records write it; an empty one where the file cannot be read."""
    digest = hashlib.sha256()
    try:
        with file.open("rb", buffering=0) as opened:
            while read := opened.read(_AT_ONCE):
                pause()
                digest.update(read)
    except OSError:
        return ""
    return base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
