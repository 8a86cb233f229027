"""The evidence of every cell of a question: a row a release, compact enough for thousands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from harness.model import Cell, Matrix, Observation, Question
from harness.publish.counts import to_utc
from harness.publish.page.anchors import name_cell
from harness.publish.page.shades import shade_answers, shade_cell
from harness.publish.unanswered import cut_reason
from harness.publish.wording import NOTHING, STATES, make_visible, say_answer, say_cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """What was observed, or what a candidate predicts: a line for each draw."""

    lines: str
    explains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """What one release said. ``note`` numbers the question's notes from 1; 0 is none.

    ``span`` is how many rows, with the next ones, say the same in all that is shown; 0 where the
    row before says it already.
    """

    anchor: str
    release: str
    shade: str
    says: str
    numbers: tuple[Number, ...]
    note: int
    measured: str
    span: int = 1

    @property
    def shown(self) -> tuple[object, ...]:
        """All that stands beside the release."""
        return self.says, self.numbers, self.note, self.measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All cells of a question.

    ``candidates`` name the columns behind what was observed; there are no such columns where
    ``numeric`` is false, since the label that was observed is the answer. ``measured`` is when and
    where all of it was, or blank where the rows differ and each has its own.
    """

    rows: tuple[EvidenceRow, ...]
    numeric: bool
    candidates: tuple[str, ...]
    notes: tuple[str, ...]
    draws: str
    measured: str


def build_evidence(matrix: Matrix, question: Question) -> Evidence:
    """Return the evidence of a question in every release, in the order of the catalogue."""
    cells = [matrix.cells[release.id, question.id] for release in matrix.releases]
    seen = {cell.release: _sort(cell.evidence) for cell in cells}
    names = _name_candidates(question, [one for each in seen.values() for one in each])
    numeric = any(one.observed is not None for each in seen.values() for one in each)
    notes: dict[str, int] = {"": 0}
    places = {
        cell.release: _say_measured(seen[cell.release], several=len(matrix.machines) > 1)
        for cell in cells
    }
    shared = {place for place in places.values() if place}
    shades = shade_answers(question)
    rows = [
        EvidenceRow(
            anchor=name_cell(cell.release, question.id),
            release=make_visible(cell.release),
            shade=shade_cell(shades, cell),
            says=say_cell(question, cell),
            numbers=_numbers(cell, seen[cell.release], names) if numeric else (),
            note=notes.setdefault(_explain(cell, seen[cell.release]), len(notes)),
            measured=places[cell.release] if len(shared) > 1 else "",
        )
        for cell in cells
    ]
    return Evidence(
        rows=tuple(_merge(rows)),
        numeric=numeric,
        candidates=tuple(say_answer(question, name) for name in names),
        notes=tuple(note for note in notes if note),
        draws=_count_draws(seen.values()),
        measured=shared.pop() if len(shared) == 1 else "",
    )


def _merge(rows: Iterable[EvidenceRow]) -> Iterator[EvidenceRow]:
    """Yield the rows, of neighbours that show the same all but the first without a width."""
    for _, alike in groupby(rows, key=lambda row: row.shown):
        first, *others = alike
        yield replace(first, span=1 + len(others))
        yield from (replace(other, span=0) for other in others)


def _sort(evidence: Iterable[Observation]) -> list[Observation]:
    return sorted(evidence, key=lambda one: (one.provenance.machine, one.draw))


def _name_candidates(question: Question, seen: Iterable[Observation]) -> list[str]:
    """Return the candidates that were computed, in the order in which they are declared."""
    found = {name for one in seen for name in one.hypotheses}
    declared = [name for name in question.answers if name in found]
    return declared + sorted(found.difference(declared))


def _numbers(
    cell: Cell, seen: Sequence[Observation], candidates: Sequence[str]
) -> tuple[Number, ...]:
    observed = Number(lines=_stack(map(_say_observed, seen)))
    predicted = (
        Number(
            lines=_stack(_say_prediction(one.hypotheses, name) for one in seen),
            explains=name == cell.answer,
        )
        for name in candidates
    )
    return observed, *predicted


def _stack(lines: Iterable[str]) -> str:
    """Return a line for each draw; one where there is nothing to tell of any."""
    texts = list(lines)
    return "\n".join(texts) if set(texts) - {NOTHING} else NOTHING


def _say_observed(seen: Observation) -> str:
    if seen.observed is None:
        return make_visible(seen.answer) if seen.answer else NOTHING
    return _say_number(seen.observed)


def _say_prediction(hypotheses: Mapping[str, float], name: str) -> str:
    return _say_number(hypotheses[name]) if name in hypotheses else NOTHING


def _say_number(number: float) -> str:
    """Return six digits: a candidate must agree in four, so these show whether it does."""
    return f"{number:.6g}".replace("-", "−")


def _explain(cell: Cell, seen: Sequence[Observation]) -> str:
    """Return the exception, the fault or the note; whose each line is where machines differ."""
    reason = make_visible(cell.reason)
    if not reason and not cell.answer:
        reason = STATES[cell.status]
    reason = cut_reason(reason)
    if len({one.provenance.machine for one in seen}) > 1:
        whose = ", ".join(f"{one.provenance.machine} draw {one.draw}" for one in seen)
        reason = "; ".join(filter(None, (reason, make_visible(f"line by line: {whose}"))))
    return reason


def _say_measured(seen: Sequence[Observation], *, several: bool) -> str:
    """Return the day in UTC, and the machine where there are ``several``; blank if never."""
    days = sorted({f"{to_utc(one.recorded_at):%Y-%m-%d}" for one in seen})
    machines = sorted({make_visible(one.provenance.machine) for one in seen}) if several else []
    return ", ".join([*days, *machines])


def _count_draws(evidence: Iterable[Sequence[Observation]]) -> str:
    counts = sorted({len({one.draw for one in seen}) for seen in evidence if seen})
    return " or ".join(map(str, counts)) or "0"
