"""``results/compatibility.csv``: every cell on a line, for a spreadsheet or a data frame.

A spreadsheet takes a text that begins with ``=``, ``+``, ``-`` or ``@`` for a formula and runs it,
and what a release says may be anything. Such a text gets an apostrophe before it, as OWASP advises
against CSV injection; a full-width sign counts as the plain one, since some programs take it so.
"""

import csv
import io
from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

from harness.publish.wording import make_visible

OF_RELEASE = ("tensorflow", "keras", "keras_api", "python", "released")
OF_CELL = (
    "status",
    "answer",
    "reason",
    "recorded_at",
    "scenario_sha256",
    "lock_sha256",
    "reproduce",
)
HEADER = ("release", *OF_RELEASE, "scenario", "question", *OF_CELL)
_FORMULA = ("=", "+", "-", "@")


def render_csv(export: Mapping[str, Any]) -> str:
    """Return a line for each cell, in the order of the export; nothing known is an empty text."""
    releases = {release["id"]: release for release in export["releases"]}
    scenarios = {question["id"]: question["scenario"] for question in export["questions"]}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for cell in export["cells"]:
        release = releases[cell["release"]]
        row = [release["id"], *(release[name] for name in OF_RELEASE)]
        row += [scenarios[cell["question"]], cell["question"], *(cell[name] for name in OF_CELL)]
        writer.writerow([make_harmless(value or "") for value in row])
    return text.getvalue()


def make_harmless(text: str) -> str:
    """Return the text on one line, such that no spreadsheet takes it for a formula."""
    text = make_visible(text)
    return f"'{text}" if normalize("NFKC", text.lstrip()).startswith(_FORMULA) else text
