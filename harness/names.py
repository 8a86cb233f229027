"""What a mistyped name was meant to be. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches

_ALIKE, _MOST = 0.5, 3


def suggest(name: str, known: Iterable[str]) -> str:
    """Return the question whether the nearest name is meant; blank where none is near."""
    near = _find_near(name, known, 1)
    return f"Did you mean {near[0]!r}?" if near else ""


def suggest_several(name: str, known: Iterable[str], *, otherwise: str) -> str:
    """Return the same for versions and ids, where one sign makes another: up to three are named.

    ``otherwise`` is what is said where none is near.
    """
    near = _find_near(name, known, _MOST)
    return f"Did you mean {' or '.join(near)}?" if near else otherwise


def reject_key(key: str, known: Iterable[str]) -> str:
    """Return what is wrong with a key that a table does not have."""
    near = _find_near(key, known, 1)
    return f"unknown key {key!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def suggest_of_all(name: str, known: Iterable[str]) -> str:
    """Return the nearest of a short list of names, and the list."""
    known = tuple(known)
    return f"{suggest(name, known)} There are: {', '.join(known)}.".strip()


def _find_near(name: str, known: Iterable[str], most: int) -> list[str]:
    return get_close_matches(name, list(known), n=most, cutoff=_ALIKE)
