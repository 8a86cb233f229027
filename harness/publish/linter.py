"""Whether what is about to be published is sound: it agrees with itself, and with what is stored.

Looked at is the export, as it will be written: whatever made it wrong, it is found here. Nothing of
the judge is used to check the judge, but for the two distances that prove an answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import PublicationError
from harness.model import Observation
from harness.publish.lint_cells import check_cells
from harness.publish.lint_coverage import check_coverage
from harness.publish.lint_intervals import check_intervals
from harness.publish.lint_stored import check_stored
from harness.publish.wording import make_visible

MOST = 10
"""How many findings of a rule are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong, and the name of the rule that says so."""

    rule: str
    says: str


RULES = {
    "evidence": "each cell is there once, with the evidence for what it says",
    "intervals": "intervals are contiguous and say what their cells say",
    "stored": "no release carries an answer that it did not give",
    "coverage": "nothing is gone that the publication before this one had",
}
"""What each rule demands."""
_SHRUNK = "If that is meant, say so: nox -s report -- --allow-shrink"
_UNSOUND = "Nothing was written. The fault is one of maskmatrix, or of the store: do not publish."


def lint(
    export: Mapping[str, Any],
    *,
    tolerances: Mapping[str, float],
    stored: Iterable[Observation],
    previous: Mapping[str, Any] | None = None,
) -> tuple[Finding, ...]:
    """Return all that is wrong with an export, rule by rule.

    ``tolerances`` are those of the questions, ``stored`` the observations that count; ``previous``
    is the export that this one replaces, and None where it may shrink or there was none.
    """
    return tuple(
        Finding(rule=rule, says=make_visible(says))
        for rule, found in _apply(export, tolerances, stored, previous)
        for says in found
    )


def _apply(
    export: Mapping[str, Any],
    tolerances: Mapping[str, float],
    stored: Iterable[Observation],
    previous: Mapping[str, Any] | None,
) -> Iterator[tuple[str, Iterator[str]]]:
    yield "evidence", check_cells(export, tolerances)
    yield "intervals", check_intervals(export)
    yield "stored", check_stored(export, stored)
    if previous is not None:
        yield "coverage", check_coverage(export, previous)


def require_sound(findings: Iterable[Finding]) -> None:
    """Raise PublicationError where there is a finding; it tells the first of each rule."""
    by_rule: dict[str, list[str]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding.says)
    if not by_rule:
        return
    lines = []
    for rule, said in by_rule.items():
        lines += [f"not so: {RULES[rule]} ({len(said):,} findings)"]
        lines += [f"  {one}" for one in said[:MOST]]
        lines += [f"  and {len(said) - MOST:,} more"] if len(said) > MOST else []
    raise PublicationError(
        "what would be published is not sound",
        findings=lines,
        do=_SHRUNK if set(by_rule) == {"coverage"} else _UNSOUND,
    )
