"""What a scenario needs beyond a release: installed beside its environment, never into it.

A layer is a folder that a worker has at the end of its path, so that nothing in it can take the
place of what the release brought. It holds only what the release does not have, in versions that
go with those it has. Standing at the end of the path, it also leads to what scenarios share.
"""

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from harness.errors import EnvironmentBuildError
from harness.releases.builds import Build
from harness.releases.lock import find_uv, uv_words

_LISTED = "requirements.txt"
"""Written last: a layer without it was not finished."""
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:==|@)", re.MULTILINE)
_TENSORFLOW = ("tensorflow", "tensorflow-cpu")
"""One package by two names: who asks for the one is served by the other."""


def provide_layer(folder: Path, build: Build, requirements: Sequence[str], shared: Path) -> Path:
    """Return the layer that requirements take on a release, made where it is not there yet.

    ``shared`` is the package that scenarios import from. EnvironmentBuildError where they cannot
    be had without changing a package of the release.
    """
    text = "\n".join([build.lock_sha256, *sorted(requirements)])
    layer = folder / f"{build.release}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    if (layer / _LISTED).exists():
        return layer
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as temporary:
        made = _make(Path(temporary), build, requirements, shared)
        shutil.rmtree(layer, ignore_errors=True)
        made.rename(layer)
    return layer


def _make(folder: Path, build: Build, requirements: Sequence[str], shared: Path) -> Path:
    python = str(build.python)
    own = _uv(["freeze", "--python", python])
    found = re.search(r"^tensorflow(?:-cpu)?==(\S+)", own, re.MULTILINE)
    alike = [f"{name}=={found[1]}" for name in _TENSORFLOW] if found else []
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join([own, *alike]))
    asked = ["compile", "-", "--constraints", str(constraints), "--python", python]
    asked += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    resolved = _uv(asked, given="\n".join(requirements))
    there = {canonicalize_name(name) for name in [*_PIN.findall(own), *_TENSORFLOW]}
    # Each pin is one line, since neither hashes nor annotations were asked for.
    extra = [
        line
        for line in resolved.splitlines()
        if (match := _PIN.match(line)) and canonicalize_name(match[1]) not in there
    ]
    layer = folder / "layer"
    layer.mkdir()
    listed = layer / _LISTED
    if extra:
        pins = folder / "extra.txt"
        pins.write_text("\n".join(extra) + "\n")
        words = ["install", "--no-deps", "--python", python, "--target", str(layer)]
        _uv([*words, "--requirements", str(pins)])
    try:
        (layer / shared.name).symlink_to(shared, target_is_directory=True)
    except FileExistsError:
        raise EnvironmentBuildError(
            "what a scenario requires cannot be installed beside this release",
            why=f"it brings a package named {shared.name!r}, which is what scenarios share",
        ) from None
    listed.write_text("".join(f"{line}\n" for line in extra))
    return layer


def _uv(words: Sequence[str], given: str = "") -> str:
    command = [find_uv(), "pip", *words, "--quiet"]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EnvironmentBuildError(
            "what a scenario requires cannot be installed beside this release",
            why=uv_words(done.stderr),
            do="Ask for a version that goes with the packages of the release.",
        )
    return done.stdout
