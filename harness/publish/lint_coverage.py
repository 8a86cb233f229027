"""Whether an export still has all that the one before it had."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.model import Status


def check_coverage(export: Mapping[str, Any], previous: Mapping[str, Any]) -> Iterator[str]:
    """Yield the releases and questions that are gone, and the cells that are not known any more.

    An outcome that becomes another one is news, and no loss; what a question is not asked for any
    more is lost once, with the question.
    """
    gone = {
        kind: [row["id"] for row in previous[kind] if row["id"] not in _ids(export, kind)]
        for kind in ("releases", "questions")
    }
    for kind, names in gone.items():
        yield from (f"{name} is gone from the {kind}" for name in names)
    now = {(cell["release"], cell["question"]): cell["status"] for cell in export["cells"]}
    for cell in previous["cells"]:
        release, asked = cell["release"], cell["question"]
        if release in gone["releases"] or asked in gone["questions"]:
            continue
        status = now.get((release, asked), Status.NOT_RUN.value)
        if Status(cell["status"]).known and not Status(status).known:
            yield f"{release}, {asked}: it was {cell['answer'] or cell['status']}, and is {status}"


def _ids(export: Mapping[str, Any], kind: str) -> set[str]:
    return {row["id"] for row in export[kind]}
