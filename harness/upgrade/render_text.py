"""A verdict for a terminal: the verdict first, then what is graver first. Pure.

Lines carry a style that a terminal shows and a file does not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from textwrap import wrap

from harness.errors import ExitCode
from harness.model import Speed
from harness.publish.wording import make_visible
from harness.upgrade.gravity import Gravity
from harness.upgrade.verdict import QuestionChange, Verdict
from harness.upgrade.words import (
    SECTIONS,
    Telling,
    conclude,
    count_seen,
    count_speeds,
    find_evidence,
    list_effects,
    measure_again,
    say_accepted,
    say_asked,
    say_change,
    say_effect,
    say_sighting,
    say_speed,
    say_stay,
    say_unknown,
    say_unmet,
    say_where,
    settle,
    title,
)

WIDTH = 100
_LONGEST_REASON = 300


class Style(StrEnum):
    """How a line stands out; the values are rich's."""

    PLAIN = ""
    HEAD = "bold"
    GRAVE = "bold red"
    MILD = "bold yellow"
    GOOD = "bold green"
    FAINT = "dim"


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph; ``indent`` counts columns, and what is ``whole`` is to be copied."""

    text: str
    style: Style = Style.PLAIN
    indent: int = 0
    whole: bool = False


_STYLES = {
    Gravity.SILENT: Style.GRAVE,
    Gravity.BREAKS: Style.GRAVE,
    Gravity.SLOWER: Style.MILD,
    Gravity.WARNS: Style.MILD,
    Gravity.FAILS_OTHERWISE: Style.HEAD,
    Gravity.MENDS: Style.GOOD,
}
_CODES = {
    ExitCode.OK: Style.GOOD,
    ExitCode.FINDINGS: Style.GRAVE,
    ExitCode.INCONCLUSIVE: Style.MILD,
}
_EMPTY = Line("")


def render_text(telling: Telling) -> str:
    """Return plain text of at most 100 columns, but for what is to be copied whole."""
    return "".join(f"{line}\n" for line in fill(list_lines(telling), WIDTH))


def fill(lines: Iterable[Line], width: int) -> Iterator[str]:
    """Yield the lines, wrapped; what goes on is indented."""
    for line in lines:
        yield from wrap_line(line, width)


def wrap_line(line: Line, width: int) -> list[str]:
    """Return one paragraph, wrapped unless it is to be copied."""
    lead = " " * line.indent
    if line.whole:
        return [lead + line.text]
    return wrap(
        line.text,
        max(width, 50),
        initial_indent=lead,
        subsequent_indent=f"{lead}  ",
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def list_lines(telling: Telling) -> list[Line]:
    """Return the whole verdict, line by line."""
    verdict = telling.verdict
    lines = [Line(title(verdict), Style.HEAD), Line(conclude(telling), _CODES[telling.code])]
    if seen := count_seen(verdict):
        lines.append(Line(seen, Style.HEAD))
    effects = list_effects(verdict)
    if effects:
        lines.append(Line(f"At {100 * verdict.padding:.4g} % padding:", Style.HEAD))
        lines += [Line(effect, indent=2) for effect in effects]
    if stay := say_stay(verdict):
        lines.append(Line(stay))
    lines += [Line(f"Note: {make_visible(note)}.", Style.FAINT) for note in verdict.notes]
    lines += _section("Expected, and not so", Style.GRAVE, map(say_unmet, verdict.unmet))
    for gravity in SECTIONS:
        if gravity is Gravity.WARNS:
            lines += _speeds(verdict)
        lines += _changes(telling, gravity)
    lines += _rest(telling)
    return lines


def _changes(telling: Telling, gravity: Gravity) -> list[Line]:
    found = [one for one in telling.verdict.of(gravity) if one.counts]
    if not found:
        return []
    lines = [_EMPTY, Line(f"{SECTIONS[gravity]} ({len(found)})", _STYLES[gravity])]
    for number, alike in enumerate(_group(telling, found), start=1):
        lines += _block(telling, alike, number)
    return lines


def _group(telling: Telling, changes: Iterable[QuestionChange]) -> list[list[QuestionChange]]:
    """Return together what changes alike: from what to what, to what effect, and where."""
    groups: dict[tuple[str, ...], list[QuestionChange]] = {}
    for change in changes:
        effect = say_effect(change, telling.verdict.padding)
        where = say_where(change, telling.verdict)
        groups.setdefault((say_change(change), effect, where), []).append(change)
    return list(groups.values())


def _block(telling: Telling, alike: Sequence[QuestionChange], number: int) -> Iterator[Line]:
    first = alike[0]
    head = say_change(first) if len(alike) > 1 else f"{_name(first)}: {say_change(first)}"
    count = f" ({len(alike)} questions)" if len(alike) > 1 else ""
    yield Line(f"{number}. {head}{count}", Style.HEAD, indent=1)
    effect = _cut(say_effect(first, telling.verdict.padding))
    for said in filter(None, (effect, f"{say_where(first, telling.verdict)}.")):
        yield Line(said, indent=4)
    for change in alike:
        if len(alike) > 1:
            yield Line(_name(change), Style.HEAD, indent=4)
        yield from _details(telling, change, indent=6 if len(alike) > 1 else 4)


def _name(change: QuestionChange) -> str:
    return make_visible(f"{change.question.title} [{change.question.id}]")


def _details(telling: Telling, change: QuestionChange, indent: int) -> Iterator[Line]:
    for place in change.sightings or ():
        yield Line(f"Here: {say_sighting(place)}", indent=indent)
    for said in (f"Remedy: {make_visible(change.question.remedy)}", say_accepted(change)):
        if said:
            yield Line(said, indent=indent)
    link = find_evidence(telling, change.after)
    for name, said in (("Evidence", link), ("Again", measure_again(telling, change))):
        if said:
            yield Line(make_visible(f"{name}: {said}"), Style.FAINT, indent=indent, whole=True)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}…"


def _speeds(verdict: Verdict) -> list[Line]:
    slower = _section("Slower", Style.MILD, map(say_speed, verdict.slower))
    return [*slower, _EMPTY, Line(count_speeds(verdict))]


def _rest(telling: Telling) -> list[Line]:
    verdict = telling.verdict
    faster = [one for one in verdict.speeds.changes if one.outcome is Speed.FASTER]
    unseen = [one for one in verdict.changes if one.sightings == () and not one.accepted]
    accepted = [one for one in verdict.changes if one.accepted]
    skipped = verdict.scan.skipped if verdict.scan else ()
    lines = _section("Faster", Style.GOOD, map(say_speed, faster))
    lines += _section("Not seen in your code", Style.HEAD, map(_short, unseen))
    lines += _section(
        "Accepted", Style.HEAD, (f"{_short(one)}. {say_accepted(one)}" for one in accepted)
    )
    lines += _section("Files that could not be read", Style.MILD, map(": ".join, skipped))
    lines += _section("Comes with the target", Style.HEAD, map(say_asked, verdict.asked))
    lines += _section("Unknown", Style.MILD, map(say_unknown, verdict.unknown))
    settling = dict.fromkeys(settle(telling, one) for one in verdict.unknown)
    lines += [Line(f"To settle it: {make_visible(one)}", indent=2, whole=True) for one in settling]
    lines += _section("Changed on the way, and back", Style.HEAD, verdict.detours)
    idle = [f"{one.question}: {one.reason}" for one in verdict.idle]
    lines += _section("Accepted, and no change here", Style.FAINT, idle)
    return lines


def _short(change: QuestionChange) -> str:
    return f"{change.gravity.value}: {change.question.id}: {say_change(change)}"


def _section(name: str, style: Style, lines: Iterable[str]) -> list[Line]:
    found = [Line(make_visible(line), indent=2) for line in lines]
    return [_EMPTY, Line(f"{name} ({len(found)})", style), *found] if found else []
