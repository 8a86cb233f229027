"""``results/badges/``: a file for each headline question, for the endpoint badges of Shields.

A headline is a question that neighbours in the main series, as far as they are known, answer in two
ways without a word. It stays one whatever comes later, so that an address in somebody's README does
not vanish. Candidates are left aside: a badge speaks of what is out.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise
from urllib.parse import quote

from harness.judge.differences import CANDIDATE
from harness.model import Cell, Matrix, Question, Status
from harness.publish.wording import make_visible, say
from harness.releases.catalogue import MAIN_SERIES

COLORS = {Status.ANSWERED: "blue", Status.RAISED: "orange", Status.NOT_APPLICABLE: "inactive"}
"""No answer is better than another; only that there is none has a color of its own."""
UNKNOWN = "lightgrey"
FIELDS = {"schemaVersion", "label", "message", "color"}


def render_badges(matrix: Matrix) -> dict[str, str]:
    """Return the text of each file by its name, in the order of the questions."""
    return {
        f"{quote(question.id, safe='')}.json": _dump(badge)
        for question, badge in _list_badges(matrix)
    }


def is_badge(text: str) -> bool:
    """Whether a file is one that this module could have written."""
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, dict) and set(found) == FIELDS and _dump(found) == text


def _list_badges(matrix: Matrix) -> Iterator[tuple[Question, Mapping[str, str | int]]]:
    releases = [
        release
        for release in matrix.releases
        if MAIN_SERIES in release.series and CANDIDATE not in release.tags
    ]
    versions = {release.id: release.tensorflow for release in releases}
    for question in matrix.questions:
        cells = [matrix.cells[release.id, question.id] for release in releases]
        known = [cell for cell in cells if cell.status.known]
        if any(
            before.status is after.status is Status.ANSWERED and before.answer != after.answer
            for before, after in pairwise(known)
        ):
            yield question, _badge(question, cells, versions)


def _badge(
    question: Question, cells: list[Cell], versions: Mapping[str, str]
) -> Mapping[str, str | int]:
    """Return what the newest release says, and since which one in the series it has been so."""
    runs = groupby(cells, key=lambda cell: (cell.status, cell.answer))
    *_, last = [list(run) for _, run in runs]
    status = last[-1].status
    says = say(question, status, last[-1].answer, [cell.reason for cell in last])
    return {
        "schemaVersion": 1,
        "label": make_visible(question.id.replace(".", ": ", 1).replace("_", " ")),
        "message": f"{says} since {versions[last[0].release]}",
        "color": COLORS.get(status, UNKNOWN),
    }


def _dump(badge: Mapping[str, str | int]) -> str:
    return json.dumps(badge, indent=1, sort_keys=True) + "\n"
