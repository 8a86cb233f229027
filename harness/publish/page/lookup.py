"""What the page's script needs to filter and compare: every cell, as a number into outcomes."""

from typing import Any

from harness.judge.denominators import find_formula
from harness.judge.differences import Grade, grade_difference
from harness.model import Matrix, Status
from harness.publish.page.anchors import name_question, name_release
from harness.publish.page.shades import shade_answers, shade_cell
from harness.publish.readme import HEADLINES
from harness.publish.wording import GRADES, SERIES, say_cell

TAGS = {
    "tf1": "TensorFlow 1",
    "tf2": "TensorFlow 2",
    "keras3": "Keras 3",
    "standalone": "Stand-alone Keras",
    "legacy": "Legacy tf-keras",
}
"""The tags of releases that the page can be narrowed to, in words."""


def list_tags(matrix: Matrix) -> dict[str, str]:
    """Return the tags that a release of the matrix carries, with their words."""
    present = {tag for release in matrix.releases for tag in release.tags}
    return {tag: words for tag, words in TAGS.items() if tag in present}


def build_lookup(matrix: Matrix) -> dict[str, Any]:
    """Return plain data for JSON; releases and questions are named by their anchors.

    ``cells`` has a list for each question with the place of each release's outcome; ``grades``
    how grave it is when one known state follows another, so that the script does not judge.
    """
    outcomes: dict[tuple[str, str, str, str], int] = {}
    cells = []
    for question in matrix.questions:
        shades = shade_answers(question)
        row = []
        for release in matrix.releases:
            cell = matrix.cells[release.id, question.id]
            says = say_cell(question, cell)
            key = shade_cell(shades, cell), says, cell.status.value, cell.answer or ""
            row.append(outcomes.setdefault(key, len(outcomes)))
        cells.append(row)
    known = [status for status in Status if status.known]
    return {
        "releases": [name_release(release.id) for release in matrix.releases],
        "questions": [name_question(question.id) for question in matrix.questions],
        "outcomes": [list(key) for key in outcomes],
        "cells": cells,
        "tags": {
            tag: [place for place, row in enumerate(matrix.releases) if tag in row.tags]
            for tag in list_tags(matrix)
        },
        "series": _members(matrix),
        "shown": {tag: _find_series(matrix, tag) for tag in list_tags(matrix)},
        "grades": {
            before.value: {after.value: grade_difference(before, after).value for after in known}
            for before in known
        },
        "words": [[grade.value, GRADES[grade]] for grade in Grade],
        "headlines": [name_question(name) for name in HEADLINES],
        "counted": _list_counted(matrix),
    }


def _list_counted(matrix: Matrix) -> dict[str, list[str | float]]:
    """Return the answers that padding alone moves: what of, and constant and slope of its share."""
    formulas = {one: find_formula(one) for asked in matrix.questions for one in asked.answers}
    return {
        answer: [formula.family.value, 1.0, formula.slope]
        for answer, formula in formulas.items()
        if formula and formula.slope is not None
    }


def _members(matrix: Matrix) -> dict[str, list[int]]:
    members: dict[str, list[int]] = {}
    for place, release in enumerate(matrix.releases):
        for name in release.series:
            members.setdefault(name, []).append(place)
    return members


def _find_series(matrix: Matrix, tag: str) -> str | None:
    """Return the series that has the most releases with a tag; of equals the first published."""
    counts: dict[str, int] = {}
    for release in matrix.releases:
        if tag in release.tags:
            for name in release.series:
                counts[name] = counts.get(name, 0) + 1
    order = [*SERIES, *sorted(counts)]
    return max(counts, key=lambda name: (counts[name], -order.index(name)), default=None)
