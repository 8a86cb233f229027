"""The ways to write a range of versions that are not Python's own: Poetry's and conda's.

Sources: Poetry's documentation, "Dependency specification"; conda's, "Package match
specifications". Each returns the ranges of PEP 440 of which any will do.
"""

import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet

_OPERATOR = re.compile(r"\s*(===|==|~=|!=|<=|>=|<|>|\^|~|=)?\s*(.*?)\s*")
_LOOSE = re.compile(r"([<>=!~^])\s+")
_RELEASE = re.compile(r"\d+(?:\.\d+)*")


def read_poetry_range(text: str) -> tuple[SpecifierSet, ...]:
    """Return the ranges of ``^2.10``, ``~2.10``, ``2.10.*``, ``>=2.10,<2.12 || 2.16.2``.

    ValueError for what is none.
    """
    parts = re.split(r"\|\|?", _LOOSE.sub(r"\1", text))
    return tuple(
        SpecifierSet(",".join(map(_poetry, filter(None, re.split(r"[\s,]+", part)))))
        for part in parts
    )


def _poetry(text: str) -> str:
    operator, version = _split(text)
    if version == "*":
        return ""
    if operator in {"^", "~"}:
        return f">={version},<{_next(version, caret=operator == '^')}"
    return f"{operator if operator not in {'', '='} else '=='}{version}"


def _next(version: str, *, caret: bool) -> str:
    """Return the first version beyond a caret or a tilde.

    A caret lets everything move behind the first number that is not 0, a tilde what stands
    behind the minor version, or behind the major one where that is all there is.
    """
    found = _RELEASE.match(version)
    if not found:
        raise InvalidSpecifier(f"Invalid range: {version!r}")
    numbers = [int(number) for number in found[0].split(".")]
    held = min(1, len(numbers) - 1)
    if caret:
        held = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
    return ".".join(map(str, [*numbers[:held], numbers[held] + 1]))


def read_conda_range(text: str) -> tuple[SpecifierSet, ...]:
    """Return the ranges of ``=2.10`` (any 2.10), ``2.10.1``, ``2.10*``, ``>=2.10,<2.12|2.16.2``.

    ValueError for what is none.
    """
    return tuple(
        SpecifierSet(",".join(map(_conda, filter(None, part.strip().split(",")))))
        for part in text.split("|")
    )


def _conda(text: str) -> str:
    operator, version = _split(text)
    if version == "*" and operator in {"", "=", "=="}:
        return ""
    stem = version.rstrip("*").rstrip(".")
    if operator == "=" or (version.endswith("*") and operator in {"", "=="}):
        return f"=={stem}.*"
    if operator in {"^", "~"}:
        raise InvalidSpecifier(f"Invalid range: {text!r}")
    return f"{operator or '=='}{version if operator == '!=' else stem}"


def _split(text: str) -> tuple[str, str]:
    found = _OPERATOR.fullmatch(text)
    if not found:
        raise InvalidSpecifier(f"Invalid range: {text!r}")
    return found[1] or "", found[2]
