"""What is published of the timings: plain texts and rows, which need no statistics any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

CALIBRATION = "CALIBRATION.md"
"""Written by ``nox -s calibrate``, and named where it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart of a run: ``svg`` is markup, the other texts are plain, visible and on one line."""

    run_id: str
    title: str
    svg: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table behind the charts; the first column names its rows."""

    title: str
    about: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """All of it: ``rows`` for the export, the ``document`` THROUGHPUT.md, the ``summary`` printed.

    The ``charts`` are taken once and as late as possible: until then they may be in the making.
    """

    rows: list[dict[str, Any]]
    document: str
    summary: str
    sheets: tuple[Sheet, ...] = ()
    charts: Iterable[Chart] = ()
