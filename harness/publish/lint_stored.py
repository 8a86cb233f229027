"""Whether every cell of an export is what was stored of that very release, scenario and lock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from harness.model import Observation, Status

_Evidence = tuple[str, tuple[tuple[str, str], ...]]
"""What was observed, and each hypothesis, spelled out: NaN is equal to itself so."""


def check_stored(export: Mapping[str, Any], stored: Iterable[Observation]) -> Iterator[str]:
    """Yield which cells say what no stored observation says."""
    found: dict[tuple[str, str, str, str], list[Observation]] = {}
    for seen in stored:
        there = seen.provenance
        key = there.release, seen.question, seen.scenario_sha256, there.lock_sha256
        found.setdefault(key, []).append(seen)
    for cell in export["cells"]:
        if cell["status"] != Status.NOT_RUN:
            names = cell["release"], cell["question"]
            hashes = cell["scenario_sha256"] or "", cell["lock_sha256"] or ""
            for fault in _check(cell, found.get((*names, *hashes), [])):
                yield f"{', '.join(names)}: {fault}"


def _check(cell: Mapping[str, Any], stored: Sequence[Observation]) -> Iterator[str]:
    if not stored:
        yield "nothing is stored of this scenario in this release from this lock"
        return
    by_evidence: dict[_Evidence, set[tuple[str, str | None]]] = {}
    for seen in stored:
        evidence = _spell(_observed(seen), seen.hypotheses)
        by_evidence.setdefault(evidence, set()).add((seen.status.value, seen.answer))
    known = Status(cell["status"]).known
    for observed, hypotheses in zip(cell["observed"], cell["hypotheses"], strict=False):
        said = by_evidence.get(_spell(observed, hypotheses))
        if said is None:
            yield f"{observed!r} is not what was observed there"
        elif known and (cell["status"], cell["answer"]) not in said:
            yield f"it is {cell['answer'] or cell['status']}, and stored is {_tell(said)}"


def _observed(seen: Observation) -> float | str | None:
    return seen.answer if seen.observed is None else seen.observed


def _spell(observed: float | str | None, hypotheses: Mapping[str, float | str]) -> _Evidence:
    return _say(observed), tuple((name, _say(one)) for name, one in sorted(hypotheses.items()))


def _say(value: float | str | None) -> str:
    return repr(float(value)) if isinstance(value, int | float) else str(value)


def _tell(said: Iterable[tuple[str, str | None]]) -> str:
    return ", ".join(sorted(answer or status for status, answer in said))
