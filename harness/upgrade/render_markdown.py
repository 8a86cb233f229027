"""A verdict for a pull request: a table for each grade, the rest folded away. Pure."""

from collections.abc import Iterable

from harness.model import Speed
from harness.publish.markup import escape, fold, render_table
from harness.publish.wording import make_visible
from harness.upgrade.gravity import Gravity
from harness.upgrade.speeds import SpeedChange
from harness.upgrade.verdict import QuestionChange
from harness.upgrade.words import (
    SECTIONS,
    Telling,
    conclude,
    count_seen,
    count_speeds,
    find_evidence,
    list_effects,
    measure_again,
    name_case,
    say_accepted,
    say_asked,
    say_change,
    say_effect,
    say_sighting,
    say_stay,
    say_unknown,
    say_unmet,
    say_where,
    settle,
    title,
)


def render_markdown(telling: Telling) -> str:
    """Return Markdown that nothing from outside can break out of."""
    verdict = telling.verdict
    parts = [f"### {escape(title(verdict))}", f"**{escape(conclude(telling))}**"]
    parts += [escape(said) for said in (count_seen(verdict), say_stay(verdict)) if said]
    if effects := list_effects(verdict):
        parts.append(f"At {100 * verdict.padding:.4g} % padding:\n\n{_list(effects)}")
    if verdict.notes:
        parts.append(_list(verdict.notes))
    if verdict.unmet:
        parts += ["**Expected, and not so**", _list(map(say_unmet, verdict.unmet))]
    for gravity, heading in SECTIONS.items():
        if gravity is Gravity.WARNS:
            parts += _slower(telling)
        if found := [one for one in verdict.of(gravity) if one.counts]:
            parts += [f"**{heading}** ({len(found)})", _table(telling, found)]
    return "\n\n".join([*parts, *_folded(telling)]) + "\n"


def _table(telling: Telling, changes: Iterable[QuestionChange]) -> str:
    header = ["Question", "From → to", "What it does", "Where", "Remedy"]
    return render_table(header, (_row(telling, change) for change in changes))


def _row(telling: Telling, change: QuestionChange) -> list[str]:
    question = change.question
    link = find_evidence(telling, change.after)
    name = f"[{escape(question.id)}](<{_address(link)}>)" if link else escape(question.id)
    where = [say_where(change, telling.verdict), *map(say_sighting, change.sightings or ())]
    effect = [say_effect(change, telling.verdict.padding), say_accepted(change)]
    return [
        f"{escape(question.title)}<br>{name}",
        escape(say_change(change)),
        "<br>".join(escape(said) for said in effect if said),
        "<br>".join(map(escape, where)),
        f"{escape(question.remedy)}<br>{_code(measure_again(telling, change))}",
    ]


def _address(link: str) -> str:
    """Return an address that stands between angle brackets, in a table."""
    signs = {"<": "%3C", ">": "%3E", "|": "%7C", "\\": "%5C", "`": "%60"}
    return "".join(signs.get(sign, sign) for sign in make_visible(link))


def _code(text: str) -> str:
    """Return a command as it is to be typed; a pipe would end the cell even in code."""
    return f"<code>{escape(text)}</code>"


def _slower(telling: Telling) -> list[str]:
    verdict = telling.verdict
    parts = [escape(count_speeds(verdict))]
    for heading, outcome in (("Slower", Speed.SLOWER), ("Faster", Speed.FASTER)):
        found = [one for one in verdict.speeds.changes if one.outcome is outcome]
        if found:
            header = ["Case", "Time, to what it was", "Interval", "Beside"]
            parts += [f"**{heading}** ({len(found)})", render_table(header, map(_speed, found))]
    return parts


def _speed(one: SpeedChange) -> list[str]:
    beside = "; ".join(filter(None, (one.doubt, one.other_work)))
    interval = f"{one.low:.2f} to {one.high:.2f} ({100 * one.confidence:.0f} %)"
    return [escape(name_case(one.case)), f"× {one.ratio:.2f}", interval, escape(beside)]


def _folded(telling: Telling) -> Iterable[str]:
    verdict = telling.verdict
    sections = {
        "not seen in your code": [
            f"{one.gravity.value}: {one.question.id}: {say_change(one)}"
            for one in verdict.changes
            if one.sightings == () and not one.accepted
        ],
        "accepted": [
            f"{one.question.id}: {say_change(one)}. {say_accepted(one)}"
            for one in verdict.changes
            if one.accepted
        ],
        "files that could not be read": [
            f"{path}: {why}" for path, why in (verdict.scan.skipped if verdict.scan else ())
        ],
        "that come with the target": [say_asked(one) for one in verdict.asked],
        "unknown": [
            f"{say_unknown(one)}; to settle it: {settle(telling, one)}" for one in verdict.unknown
        ],
        "changed on the way, and back": list(verdict.detours),
        "accepted, and no change here": [f"{one.question}: {one.reason}" for one in verdict.idle],
    }
    for heading, lines in sections.items():
        if lines:
            yield fold(f"{len(lines)} {heading}", _list(lines))


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {escape(line)}" for line in lines)
