"""A project's page on a package index, in JSON or HTML, as versions and their wheels. Pure.

In JSON (PEP 691) an index says when each file was uploaded (PEP 700); in HTML (PEP 503) some say it
in an attribute that uv reads, too. Without it nothing can be resolved as of a past day.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

_INTERPRETER = re.compile(r"(?:cp|py)(\d)(\d*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel for this platform: the Python it is for ("3.9", or "3" for any), and its day."""

    python: str
    uploaded: date

    def fits(self, python: str) -> bool:
        """Say whether a minor version of Python takes it."""
        return self.python == python or self.python == python.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A version on the index; ``wheels`` is empty where none is for Linux x86-64.

    ``yanked`` is why it was taken back, or empty; ``requires_python`` a version specifier.
    """

    version: Version
    wheels: tuple[Wheel, ...]
    requires_python: str = ""
    yanked: str = ""

    def uploaded_for(self, python: str) -> date | None:
        """Return the day of the wheel that a minor version of Python takes; None without one."""
        days = [wheel.uploaded for wheel in self.wheels if wheel.fits(python)]
        return min(days) if days and self._allows(python) else None

    def pythons(self) -> tuple[str, ...]:
        """Return the minor versions that wheels were made for, the newest first."""
        named = {wheel.python for wheel in self.wheels if "." in wheel.python}
        return tuple(sorted(named, key=Version, reverse=True))

    def _allows(self, python: str) -> bool:
        try:
            # Some late patch of it: of a minor version, not a patch, is spoken here.
            return f"{python}.99" in SpecifierSet(self.requires_python)
        except InvalidSpecifier:
            return True


def read_links(text: str) -> Any:
    """Return a page in HTML as it would be in JSON; ValueError where it cannot be parsed."""
    links = _Links(convert_charrefs=True)
    try:
        links.feed(text)
        links.close()
    except AssertionError as error:  # what the parser has to say of a broken declaration
        raise ValueError(str(error)) from None
    return {"files": links.files}


class _Links(HTMLParser):
    """The files that a page in HTML links to: their names are what stands in the links."""

    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.files: list[dict[str, Any]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a file with the attributes of its link."""
        self._open = tag == "a"
        if self._open:
            said = dict(attrs)
            row: dict[str, Any] = {"filename": "", "yanked": False}
            if "data-upload-time" in said:
                row["upload-time"] = said["data-upload-time"]
            if "data-yanked" in said:
                row["yanked"] = said["data-yanked"] or True
            self.files.append(row | {"requires-python": said.get("data-requires-python")})

    def handle_endtag(self, tag: str) -> None:
        """End the name of a file."""
        self._open = self._open and tag != "a"

    def handle_data(self, data: str) -> None:
        """Take the name of a file."""
        if self._open:
            self.files[-1]["filename"] += data.strip()


def read_page(page: Any) -> tuple[Published, ...]:
    """Return the versions of a project's page, in their order.

    One that has no wheel for Linux x86-64 is among them, without wheels; one is yanked where all
    its files are. ValueError where the page does not say when files came.
    """
    versions: dict[Version, list[Mapping[str, Any]]] = {}
    try:
        for file in page["files"]:
            if version := _version(file["filename"]):
                versions.setdefault(version, []).append(file)
        return tuple(_published(version, files) for version, files in sorted(versions.items()))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        msg = f"it does not say of each wheel when it came (PEP 700): {error!r}"
        raise ValueError(msg) from None


def _version(filename: str) -> Version | None:
    """Return the version in a file's name; None for an installer or what has no name at all."""
    with suppress(ValueError):
        return parse_wheel_filename(filename)[1]
    with suppress(ValueError):
        return parse_sdist_filename(filename)[1]
    return None


def _published(version: Version, files: list[Mapping[str, Any]]) -> Published:
    wheels = [(file, wheel) for file in files for wheel in _wheels(file)]
    requires = [str(file.get("requires-python") or "") for file, _ in wheels]
    yanked = [file.get("yanked") or "" for file in files]
    why = next((text for text in yanked if isinstance(text, str) and text), "without a reason")
    return Published(
        version=version,
        wheels=tuple(sorted({wheel for _, wheel in wheels}, key=lambda one: one.python)),
        requires_python=requires[0] if requires else "",
        yanked=why if all(yanked) else "",
    )


def _wheels(file: Mapping[str, Any]) -> Iterator[Wheel]:
    """Yield what a file is good for here: once for each Python that its tags name."""
    if not file["filename"].endswith(".whl"):
        return
    _, _, _, tags = parse_wheel_filename(file["filename"])
    uploaded = datetime.fromisoformat(file["upload-time"]).astimezone(UTC).date()
    for tag in tags:
        here = tag.platform == "any" or (
            tag.platform.startswith(("manylinux", "linux")) and tag.platform.endswith("x86_64")
        )
        found = _INTERPRETER.fullmatch(tag.interpreter)
        # Free-threaded builds ("cp313t") are never measured; see releases/interpreters.py.
        if here and found and not tag.abi.endswith("t"):
            major, minor = found.groups()
            yield Wheel(python=f"{major}.{minor}" if minor else major, uploaded=uploaded)
