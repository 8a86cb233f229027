"""Write what is published. Everything is rendered before the first file is touched.

The only importer of pandas, which costs a second: import this module where it is needed.
"""

import os
import shutil
from importlib.resources import files
from pathlib import Path

import pandas as pd

from harness.errors import InconclusiveError, UsageError
from harness.model import Matrix
from harness.publish.counts import count_cells
from harness.publish.export import build_export, list_releases, render_json
from harness.publish.markdown import Grid, render_markdown
from harness.publish.readme import render_readme
from harness.publish.wording import make_visible, say_cell

SCHEMA = files("harness.publish").joinpath("compatibility.schema.json")


def publish(matrix: Matrix, results: Path, readme: Path | None) -> tuple[Path, ...]:
    """Write all published files that are not current; return those that were written.

    InconclusiveError where no cell was measured, UsageError where the README cannot take the
    table; either way nothing is written.
    """
    texts = render_files(matrix)
    pages = {results / name: text for name, text in texts.items()}
    if readme:
        pages[readme] = render_readme(matrix, _read_readme(readme))
    results.mkdir(parents=True, exist_ok=True)
    return tuple(path for path, text in pages.items() if write_whole(path, text.encode()))


def render_files(matrix: Matrix) -> dict[str, str]:
    """Return the text of every file in the results folder, by name."""
    if not count_cells(matrix).measured:
        raise InconclusiveError(
            "there is nothing to publish",
            why=f"none of {len(matrix.cells):,} cells is measured",
            do="Measure a release first: nox -s matrix",
        )
    return {
        "COMPATIBILITY.md": render_markdown(matrix, pivot_grids(matrix)),
        "compatibility.json": render_json(build_export(matrix)),
        "compatibility.schema.json": SCHEMA.read_text(encoding="utf-8"),
    }


def pivot_grids(matrix: Matrix) -> tuple[Grid, ...]:
    """Return one grid a scenario: releases down, with the Keras that was there; questions across.

    A release with no known Keras (never measured, not pinned) shows the state ``not known``.
    """
    questions = {question.id: question for question in matrix.questions}
    cells = pd.DataFrame(
        [(*key, say_cell(questions[key[1]], cell)) for key, cell in matrix.cells.items()],
        columns=["release", "question", "says"],
    )
    releases = list_releases(matrix)
    keras = [make_visible(row["keras"] or "not known") for row in releases]
    wide = cells.pivot(index="release", columns="question", values="says")  # noqa: PD010 - no mean of words
    wide = wide.reindex(index=[row["id"] for row in releases])
    scenarios: dict[str, list[str]] = {}
    for question in matrix.questions:
        scenarios.setdefault(question.scenario, []).append(question.id)
    return tuple(
        Grid(
            scenario=scenario,
            header=("Release", "Keras", *(name.removeprefix(f"{scenario}.") for name in asked)),
            rows=tuple(
                (release, version, *says)
                for (release, *says), version in zip(
                    wide[asked].itertuples(name=None), keras, strict=True
                )
            ),
        )
        for scenario, asked in scenarios.items()
    )


def write_whole(path: Path, content: bytes) -> bool:
    """Replace a file at once, never half, and say whether it had to be: a current one stays.

    A link is followed, and the mode of what is there is kept. OSError leaves the old file.
    """
    path = path.resolve()
    if path.is_file() and path.read_bytes() == content:
        return False
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def _read_readme(readme: Path) -> str:
    try:
        return readme.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{readme.name} cannot be read", why=str(error)) from error
