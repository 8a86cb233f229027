"""What comes with the target: the Python, numpy and protobuf that it was measured with. Pure.

A lock tells what was resolved on the release's day, not every version it would run with: a pin
that rules that version out is a question to settle, no proof that the two do not go together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from packaging.version import Version

from harness.upgrade.pins.pin import ASKED, PYTHON, Pin
from harness.upgrade.pins.requirements import read_requirements


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One package, with its version at both ends; blank where a lock does not hold it.

    ``pins`` are what the project says of it, and ``allowed`` whether all of them allow the
    target's version: None where there is none to ask.
    """

    name: str
    before: str
    after: str
    pins: tuple[Pin, ...] = ()
    allowed: bool | None = None


def list_asked(
    locks: Sequence[str], pythons: Sequence[str], pins: Iterable[Pin]
) -> tuple[Asked, ...]:
    """Return what the target asks; ``locks`` (texts) and ``pythons`` are of both ends, in order."""
    versions = [
        {PYTHON: python, **read_locked(lock)} for lock, python in zip(locks, pythons, strict=True)
    ]
    before, after = versions
    environment = _environment(after[PYTHON])
    holding = [pin for pin in pins if pin.name in {PYTHON, *ASKED} and pin.holds(environment)]
    return tuple(
        _ask(name, before, after, [pin for pin in holding if pin.name == name])
        for name in (PYTHON, *ASKED)
        if name in before or name in after
    )


def read_locked(lock: str) -> dict[str, str]:
    """Return the versions that a lock holds of what releases are picky about."""
    return {
        pin.name: next(iter(pin.ranges[0])).version
        for pin in read_requirements(lock, "").pins
        if pin.name in ASKED
    }


def _ask(
    name: str, before: Mapping[str, str], after: Mapping[str, str], pins: Sequence[Pin]
) -> Asked:
    allowed = None
    if pins and name in after:
        allowed = all(pin.allows(_version(after[name])) for pin in pins)
    return Asked(
        name=name,
        before=before.get(name, ""),
        after=after.get(name, ""),
        pins=tuple(pins),
        allowed=allowed,
    )


def _version(text: str) -> Version:
    try:
        return Version(text)
    except ValueError:  # no version, or one of more digits than Python reads
        return Version("0")


def _environment(python: str) -> dict[str, str]:
    """Return where the target was measured, as markers name it."""
    return {
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
        "os_name": "posix",
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
    }
