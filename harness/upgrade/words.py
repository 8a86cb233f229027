"""The sentences that the text and the Markdown of a verdict are made of.

What comes from outside (names, reasons, files) has been made visible, on one line; escaping for a
format is left to it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from harness.errors import ExitCode
from harness.model import Case, Cause, Cell, Question, Speed, Status
from harness.publish.wording import CAUSES, make_visible, name_status, say, say_cell
from harness.upgrade.again import Place, say_measuring
from harness.upgrade.asks import Asked
from harness.upgrade.gravity import Gravity
from harness.upgrade.sightings import Sighting
from harness.upgrade.speeds import SpeedChange
from harness.upgrade.verdict import QuestionChange, Unknown, Unmet, Verdict
from harness.upgrade.versions import End
from harness.upgrade.ways import Step

SECTIONS = {
    Gravity.SILENT: "Silent: another answer, and nothing raises",
    Gravity.BREAKS: "Raises now, or is gone",
    Gravity.WARNS: "Only the warning is new, or gone",
    Gravity.FAILS_OTHERWISE: "Still no answer, for another reason",
    Gravity.MENDS: "Improved: an answer where there was none",
}
"""The grades that questions have, in the order in which they are told."""
_COUNTED = (
    (Gravity.SILENT, "silent"),
    (Gravity.BREAKS, "raising or gone"),
    (Gravity.WARNS, "in a warning only"),
    (Gravity.FAILS_OTHERWISE, "still without an answer"),
    (Gravity.MENDS, "improved"),
)

_PADDING = re.compile(r"\bp\b")
"""Where a formula asks how much padding there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A verdict with what it is told by: the grade it fails on, its code, the evidence's page.

    ``place`` is where what it tells to do would be done.
    """

    verdict: Verdict
    fail_on: Gravity
    code: ExitCode
    page: str
    place: Place = field(default_factory=Place)


def name_end(end: End, keras: str) -> str:
    """Return a release with its versions."""
    release = end.release
    return make_visible(f"{release.id} (TensorFlow {release.tensorflow}, Keras {keras or '?'})")


def title(verdict: Verdict) -> str:
    """Return what is compared."""
    old, new = verdict.keras
    return f"{name_end(verdict.before, old)} → {name_end(verdict.after, new)}"


def conclude(telling: Telling) -> str:
    """Return the verdict in one line, the exit code first in words."""
    verdict = telling.verdict
    head = {
        ExitCode.FINDINGS: "Findings",
        ExitCode.INCONCLUSIVE: "Inconclusive",
        ExitCode.OK: f"Nothing at or above {telling.fail_on.value}",
    }[telling.code]
    return f"{head}: {count_changes(verdict)}."


def count_changes(verdict: Verdict) -> str:
    """Return how many questions change, and how."""
    counts = Counter(change.gravity for change in verdict.changes)
    parts = [f"{counts[gravity]} {said}" for gravity, said in _COUNTED if counts[gravity]]
    slower = len(verdict.slower)
    changed = f"{len(verdict.changes)} changed"
    listed = f" ({', '.join(parts)})" if parts else ""
    timed = f"; slower in {slower} of {len(verdict.speeds.changes)} timed cases" if slower else ""
    return (
        f"{changed}{listed}, {verdict.same} the same, {len(verdict.unknown)} unknown "
        f"of {verdict.compared + len(verdict.unknown)} questions{timed}"
    )


def count_seen(verdict: Verdict) -> str:
    """Return how many of the changes are about the code that was read; blank if none was."""
    if verdict.scan is None:
        return ""
    seen = sum(bool(change.sightings) for change in verdict.changes)
    said = (
        f"{seen} of {len(verdict.changes)} changes concern your code "
        f"({verdict.scan.files:,} files read"
    )
    return f"{said}, {len(verdict.scan.skipped)} skipped)" if verdict.scan.skipped else f"{said})"


def list_effects(verdict: Verdict) -> list[str]:
    """Return what the silent changes come to in numbers, the most frequent first."""
    counts = Counter(
        (say_change(change), change.effect.headline)
        for change in verdict.of(Gravity.SILENT)
        if change.counts and change.effect and change.effect.headline
    )
    return [
        f"{headline}: {says} ({count} question{'s' if count > 1 else ''})"
        for (says, headline), count in counts.most_common()
    ]


def say_stay(verdict: Verdict) -> str:
    """Return how far one can go without a silent change."""
    if not verdict.series:
        return ""
    counted = " that counts" if any(not change.counts for change in verdict.changes) else ""
    if verdict.stay is None:
        return f"No silent change{counted} on the way."
    last, first = map(make_visible, verdict.stay)
    here = ", where you are" if verdict.stay[0] == verdict.before.release.id else ""
    return (
        f"The last release before the first silent change{counted} is {last}{here}; "
        f"{first} brings it."
    )


def say_change(change: QuestionChange) -> str:
    """Return from what to what a question's outcome changes."""
    before, after = (say_cell(change.question, cell) for cell in (change.before, change.after))
    return f"{before} → {after}"


def say_effect(change: QuestionChange, padding: float) -> str:
    """Return what a change does to the numbers; blank where it has no other answer."""
    if change.effect is None:
        says = "lacks" if change.after.status is Status.NOT_APPLICABLE else "says"
        return make_visible(f"It {says}: {change.after.reason}") if change.after.reason else ""
    effect, why = change.effect, make_visible(change.question.why)
    if not effect.derived:
        return f"{capitalize(effect.says)}. {why}"
    if change.gravity is Gravity.WARNS or (effect.formula and not _PADDING.search(effect.formula)):
        return f"{capitalize(effect.says)}."
    formula = f" [{effect.formula}]" if effect.formula else ""
    return f"At {100 * padding:.4g} % padding {effect.says}{formula}."


def capitalize(text: str) -> str:
    """Return a text that begins with a capital and is otherwise left alone."""
    return text[:1].upper() + text[1:]


def say_where(change: QuestionChange, verdict: Verdict) -> str:
    """Return between which measured neighbours of the series a question changed."""
    if not change.steps:
        ends = f"{verdict.before.release.id} and {verdict.after.release.id}"
        return make_visible(f"Somewhere between {ends}: they share no series")
    several = len(change.steps) > 1
    said = [_say_step(change.question, step, several=several) for step in change.steps]
    return f"Changed {'; then '.join(said)} (series {make_visible(verdict.series)})"


def _say_step(question: Question, step: Step, *, several: bool) -> str:
    old, new = step.before, step.after
    said = f"between {old.last} and {new.first}"
    if several:
        outcomes = (say(question, one.status, one.answer, ()) for one in (old, new))
        said += f" from {' to '.join(outcomes)}"
    if step.untested:
        said += f", untested between them: {', '.join(step.untested)}"
    cause = step.began.cause if step.began else Cause.NOT_SEPARATED
    if cause is not Cause.NOT_SEPARATED:
        said += f", brought by {CAUSES[cause]}"
    return make_visible(said)


def link_evidence(page: str, release: str, question: str) -> str:
    """Return the address of a cell on the published page."""
    return f"{page}#{quote(release, safe='')}:{quote(question, safe='')}"


def find_evidence(telling: Telling, cell: Cell) -> str:
    """Return the address of a cell; blank where it is not published."""
    own = cell.question.partition(".")[0] in telling.place.own
    published = not own and cell.release not in telling.place.apart
    return link_evidence(telling.page, cell.release, cell.question) if published else ""


def measure_again(telling: Telling, found: QuestionChange | Unmet) -> str:
    """Return the command that measures again what a change or an expectation is held against."""
    cells = [found.before, found.after] if isinstance(found, QuestionChange) else [found.after]
    return _say_measuring(telling, cells, found.question)


def settle(telling: Telling, unknown: Unknown) -> str:
    """Return the command that would settle what is not known."""
    return _say_measuring(telling, unknown.cells, unknown.question)


def _say_measuring(telling: Telling, cells: Iterable[Cell], question: Question) -> str:
    ends = telling.verdict.before.release.id, telling.verdict.after.release.id
    releases = [cell.release for cell in cells]
    return say_measuring(telling.place, ends, releases, question.scenario)


def say_unknown(unknown: Unknown) -> str:
    """Return what is not known, and why."""
    cells = ", ".join(f"{cell.release} {name_status(cell.status)}" for cell in unknown.cells)
    return make_visible(f"{unknown.question.id}: {cells}")


def say_unmet(unmet: Unmet) -> str:
    """Return which expectation the target does not meet."""
    said = say_cell(unmet.question, unmet.after)
    return make_visible(f"{unmet.question.id} is expected to be {unmet.expected}, and is {said}")


def say_accepted(change: QuestionChange) -> str:
    """Return why a change does not count, or why a decision no longer covers it; or blank."""
    if change.accepted:
        return make_visible(f"Accepted: {change.accepted.reason}")
    if not change.expired:
        return ""
    if change.expired.answer not in {"", change.after.answer}:
        why = f"only {change.expired.answer} is"
    else:
        why = f"it was until {change.expired.until}"
    return make_visible(f"Not accepted any more: {why} ({change.expired.reason})")


def name_case(case: Case) -> str:
    """Return what was timed: the kernel, its mode and its shape."""
    shape = f", {case.batch} × {case.timesteps}" if case.batch else ""
    return make_visible(f"{case.kernel}{f' {case.mode}' if case.mode else ''}{shape}")


def say_speed(change: SpeedChange) -> str:
    """Return a case with its ratio, interval and outcome."""
    interval = f"{change.low:.2f} to {change.high:.2f}, {100 * change.confidence:.0f} %"
    said = f"{name_case(change.case)}: × {change.ratio:.2f} ({interval}) {change.outcome.value}"
    for more in (change.doubt, change.other_work and f"other work: {change.other_work}"):
        said += f"; {make_visible(more)}" if more else ""
    return said


def count_speeds(verdict: Verdict) -> str:
    """Return how many cases were timed and what they came to, or why none was."""
    speeds = verdict.speeds
    if speeds.missing:
        return make_visible(f"Time: {speeds.missing}.")
    counts = Counter(change.outcome for change in speeds.changes)
    parts = ", ".join(f"{counts[one]} {one.value}" for one in Speed if counts[one])
    return make_visible(
        f"Time: of {len(speeds.changes)} timed cases {parts} (sitting {speeds.run_id} on "
        f"{speeds.machine}, both beside {speeds.reference})."
    )


def say_asked(asked: Asked) -> str:
    """Return one package that comes with the target, and what the project's pins say of it."""
    name = "Python" if asked.name == "python" else asked.name
    versions = f"{asked.before or 'none'} → {asked.after or 'none'}"
    if asked.before == asked.after:
        versions = f"{asked.after}, as before"
    said = f"{name} {versions}"
    pins = ", ".join(f"{pin.text} ({pin.where})" for pin in asked.pins)
    if asked.allowed is not None:
        said += f"; {pins} {'allows it' if asked.allowed else 'does NOT allow it'}"
    return make_visible(said)


def say_sighting(sighting: Sighting) -> str:
    """Return a place in the user's code as editors write it."""
    place = f"{sighting.path}:{sighting.line}:{sighting.column}"
    return make_visible(f"{place} {sighting.what} ({sighting.concern})")
