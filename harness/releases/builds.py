"""What became of each release's environment on this machine: built, or why not.

One small JSON file a release. The session that builds an environment writes it, the run that
measures reads it; without it, a release counts as never built.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from harness.errors import UsageError
from harness.model import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """An environment, or why there is none: ``python`` is its interpreter, None if not built.

    ``absent`` is then ``no_interpreter`` or ``not_installable``, and ``reason`` says why.
    """

    release: str
    lock_sha256: str
    python: Path | None = None
    absent: Status | None = None
    reason: str = ""

    @property
    def python_version(self) -> str:
        """The version of the environment's Python, read without running it."""
        if self.python is None:
            return ""
        configuration = self.python.parent.parent / "pyvenv.cfg"
        try:
            text = configuration.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"{self.python} is not the Python of a virtual environment", why=str(error)
            ) from None
        for line in text.splitlines():
            key, _, value = line.partition("=")
            if key.strip() in {"version_info", "version"}:
                return ".".join(value.strip().split(".")[:3])
        return ""


def write_build(folder: Path, build: Build) -> None:
    """Record what became of one environment, replacing what was known before."""
    folder.mkdir(parents=True, exist_ok=True)
    row = asdict(build) | {"python": str(build.python) if build.python else None}
    temporary = folder / f".{build.release}.tmp"
    temporary.write_text(json.dumps(row, indent=1) + "\n")
    temporary.replace(folder / f"{build.release}.json")


def read_build(folder: Path, release: str) -> Build:
    """Return what is known of a release's environment; UsageError if it was never built."""
    file = folder / f"{release}.json"
    remedy = f'Build it with: nox -s "matrix({release})"'
    try:
        row = json.loads(file.read_text())
        build = Build(
            **{
                **row,
                "python": Path(row["python"]) if row["python"] else None,
                "absent": Status(row["absent"]) if row["absent"] else None,
            }
        )
    except FileNotFoundError:
        raise UsageError(f"{release} is not installed here", do=remedy) from None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(f"{file} cannot be read", why=str(error), do=remedy) from None
    if build.python and not build.python.exists():
        raise UsageError(f"the environment of {release} is gone", do=remedy)
    return build


def built_releases(folder: Path) -> list[str]:
    """Return the ids of all releases of which something is recorded, in order."""
    return sorted(file.stem for file in folder.glob("*.json"))
