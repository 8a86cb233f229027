"""How much slower the target is, from the timings of one sitting. Pure.

Two releases were each timed beside the same reference, on one machine in one run. The ratio of
their ratios is theirs; its interval runs from the least to the most that both intervals allow.
By the union bound it holds with the sum of their errors at most: at least 90 %, or 95 % where
one of the two is the reference itself. Across runs or machines nothing is compared.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.model import Case, Speed

SAME_WITHIN = 1.03
"""Times that differ by less are the same for whoever runs the code; as ``judge.evidence`` has it.

It is said again here because that room takes a third of a second to import.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedChange:
    """The target's time over the other's in one case: above 1 is slower.

    ``low`` and ``high`` bound it with the given ``confidence``. ``other_work`` says what the two
    divide by where that differs; ``doubt`` why a difference is not believed.
    """

    case: Case
    ratio: float
    low: float
    high: float
    confidence: float
    outcome: Speed
    other_work: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speeds:
    """What one sitting says, the slowest first; ``missing`` says why there is none."""

    changes: tuple[SpeedChange, ...] = ()
    run_id: str = ""
    machine: str = ""
    reference: str = ""
    missing: str = ""


Row = Mapping[str, Any]


def compare_speeds(rows: Iterable[Row], before: str, after: str) -> Speeds:
    """Return how two releases compare, from the export's ``throughput`` rows.

    Of several sittings with both, the one with the most cases counts; of equals the newest.
    """
    sittings: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        sittings.setdefault((row["run_id"], row["machine"]), []).append(row)
    if not sittings:
        return Speeds(missing="not measured: no timings are stored")
    compared = {
        sitting: tuple(_compare(found, before, after)) for sitting, found in sittings.items()
    }
    sitting = max(compared, key=lambda one: (len(compared[one]), one))
    if not compared[sitting]:
        timed = {row["release"] for found in sittings.values() for row in found}
        lacking = [release for release in (before, after) if release not in timed]
        why = f"{' and '.join(lacking)} not timed" if lacking else "not timed in one sitting"
        return Speeds(missing=f"not measured: {why}")
    return Speeds(
        changes=tuple(sorted(compared[sitting], key=lambda one: (-one.ratio, one.case))),
        run_id=sitting[0],
        machine=sitting[1],
        reference=sittings[sitting][0]["reference"],
    )


def _compare(rows: Sequence[Row], before: str, after: str) -> Iterator[SpeedChange]:
    reference = rows[0]["reference"]
    # The release's own arm: a second installation of the reference only proves the run.
    own = {(row["release"], read_case(row)): row for row in rows if row["arm"] == row["release"]}
    twins = [row for row in rows if row["arm"] != row["release"]]
    failed = {read_case(row): row for row in twins if row["outcome"] in {"faster", "slower"}}
    for (release, case), new in own.items():
        old = own.get((before, case))
        if release != after or old is None:
            continue
        bounds = [_bounds(row, reference) for row in (old, new)]
        if None in bounds:
            continue
        (ratio_old, low_old, high_old), (ratio_new, low_new, high_new) = filter(None, bounds)
        doubt = ""
        if case in failed:
            doubt = f"the reference, timed twice, differed from itself by × {failed[case]['ratio']}"
        low, high = low_new / high_old, high_new / low_old
        outcome = _decide(low, high)
        yield SpeedChange(
            case=case,
            ratio=ratio_new / ratio_old,
            low=low,
            high=high,
            confidence=0.95 if reference in {before, after} else 0.90,
            outcome=Speed.UNDECIDED if doubt and outcome is not Speed.SAME else outcome,
            other_work=_name_other_work(old, new),
            doubt=doubt,
        )


def read_case(row: Row) -> Case:
    """Return what a row of the export is the time of."""
    return Case(
        kernel=row["kernel"],
        mode=row["mode"] or "",
        batch=row["batch"] or 0,
        timesteps=row["timesteps"] or 0,
    )


def _bounds(row: Row, reference: str) -> tuple[float, float, float] | None:
    """Return the ratio to the reference's time with its interval; None where it has none."""
    if row["status"] != "answered":
        return None
    if row["release"] == reference:
        return 1.0, 1.0, 1.0
    if row["low"] is None or row["high"] is None:
        return None
    return row["ratio"], row["low"], row["high"]


def _decide(low: float, high: float) -> Speed:
    if max(high, 1 / low) <= SAME_WITHIN:
        return Speed.SAME
    if low > 1:
        return Speed.SLOWER
    return Speed.FASTER if high < 1 else Speed.UNDECIDED


def _name_other_work(old: Row, new: Row) -> str:
    if old["denominator"] == new["denominator"]:
        return ""
    return f"÷ {old['denominator'] or 'unknown'} → ÷ {new['denominator'] or 'unknown'}"
