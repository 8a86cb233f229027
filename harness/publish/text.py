"""What is printed on the terminal: the counts, the intervals, and what has no answer."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from tabulate import tabulate

from harness.model import Matrix
from harness.publish.findings import (
    Counts,
    Line,
    SeriesLines,
    count_cells,
    list_series,
)
from harness.publish.unanswered import Unanswered, list_unanswered
from harness.publish.wording import make_visible, name_status

_NARROWEST = 50
_GAP = 2
_HEADER_PADDING = 2
"""What tabulate makes a column wider than its header."""
_BETWEEN = " │ "


def render_text(matrix: Matrix, width: int = 100) -> str:
    """Return at most ``width`` columns of text (50 where it is less); nothing is cut off.

    An interval stays on one line unless it is longer than a line is.
    """
    width = max(width, _NARROWEST)
    parts = [_counts(count_cells(matrix), width)]
    for series in list_series(matrix):
        parts += _series(series, width)
    if groups := list_unanswered(matrix):
        parts.append("Without an answer:")
        parts += [_unanswered(group, width) for group in groups]
    return "\n\n".join(parts) + "\n"


def _counts(counts: Counts, width: int) -> str:
    states = [f"{name_status(status)} {count:,}" for status, count in counts.states.items()]
    first = f"{counts.first} to {counts.last} (UTC)" if counts.first else "never"
    rows = [
        ["releases", f"{counts.releases:,}"],
        ["questions", f"{counts.questions:,}"],
        ["cells", f"{counts.cells:,}, of which {counts.measured:,} are measured"],
        ["", _pack(states, width - len("questions") - _GAP)],
        ["machines", f"{counts.machines:,}"],
        ["runs", f"{counts.runs:,}"],
        ["observed", first],
    ]
    return tabulate(rows, tablefmt="plain", disable_numparse=True)


def _series(series: SeriesLines, width: int) -> Iterator[str]:
    meaning = f", {series.meaning}" if series.meaning else ""
    yield _fill(f"Series {series.name}{meaning}: {series.extent}", width)
    if not any(segment.known for line in series.lines for segment in line.segments):
        yield "Nothing of it is measured yet."
        return
    for scenario, lines in series.by_scenario:
        yield _scenario(make_visible(scenario), lines, width)


def _scenario(scenario: str, lines: Sequence[Line], width: int) -> str:
    """Return one scenario's lines; the question takes at most two fifths of the width."""
    names = [make_visible(line.question.id.removeprefix(f"{scenario}.")) for line in lines]
    longest = max(len(scenario) + _HEADER_PADDING, *map(len, names))
    widest = min(longest, width * 2 // 5)
    rows = [
        [
            _fill(name, widest),
            _pack([f"{item.covers} {item.says}" for item in line.segments], width - widest - _GAP),
        ]
        for name, line in zip(names, lines, strict=True)
    ]
    return tabulate(
        rows,
        headers=[_fill(scenario, widest - _HEADER_PADDING), "intervals"],
        tablefmt="simple",
        disable_numparse=True,
    )


def _unanswered(group: Unanswered, width: int) -> str:
    said = [
        f"{group.state}: {', '.join(group.questions)}",
        f"  in {', '.join(group.releases)}",
        f"  {group.reason}",
    ]
    return "\n".join(_fill(line, width, indent="    ") for line in said)


def _fill(text: str, width: int, indent: str = "") -> str:
    lines = wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)
    return "\n".join(lines)


def _pack(segments: Sequence[str], width: int) -> str:
    """Return as many segments on a line as fit, a separator at the end of a line that goes on."""
    lines: list[str] = []
    for number, segment in enumerate(segments, start=1):
        text = segment + (_BETWEEN.rstrip() if number < len(segments) else "")
        if lines and len(lines[-1]) + 1 + len(text) <= width:
            lines[-1] += f" {text}"
        else:
            lines += wrap(text, width, break_on_hyphens=False) or [""]
    return "\n".join(lines)
