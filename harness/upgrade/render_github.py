"""A verdict as GitHub's workflow commands: an annotation for each finding. Pure.

Source: GitHub's documentation, "Workflow commands for GitHub Actions"; the escapes are those of
its own toolkit: a percent sign and line ends in the message, colons and commas too in properties.
GitHub shows ten annotations of a kind for each step, so the gravest come first; the step's summary
has all of them.
"""

from collections.abc import Iterator, Mapping

from harness.publish.wording import make_visible
from harness.upgrade.gravity import FAILING, Gravity
from harness.upgrade.verdict import QuestionChange
from harness.upgrade.words import (
    Telling,
    conclude,
    count_seen,
    say_change,
    say_effect,
    say_speed,
    say_unknown,
    say_unmet,
    settle,
    title,
)

_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render_github(telling: Telling) -> str:
    """Return the lines for a job's standard output."""
    verdict = telling.verdict
    lines = [f"maskmatrix: {title(verdict)}", f"maskmatrix: {conclude(telling)}"]
    if seen := count_seen(verdict):
        lines.append(f"maskmatrix: {seen}")
    place = _pin_place(telling)
    lines += [
        _command("error", {**place, "title": one.question.id}, say_unmet(one))
        for one in verdict.unmet
    ]
    for gravity in FAILING:
        level = _level(telling, gravity)
        if gravity is Gravity.SLOWER:
            for speed in verdict.slower:
                lines.append(_command(level, {**place, "title": "slower"}, say_speed(speed)))
        for change in verdict.of(gravity):
            if change.counts:
                lines += _annotate(telling, change, level, place)
    lines += [
        _command(
            "warning",
            {**place, "title": "unknown"},
            f"{say_unknown(one)}; to settle it: {settle(telling, one)}",
        )
        for one in verdict.unknown
        if one.counts
    ]
    return "".join(f"{line}\n" for line in lines)


def _level(telling: Telling, gravity: Gravity) -> str:
    return "error" if FAILING.index(gravity) <= FAILING.index(telling.fail_on) else "warning"


def _pin_place(telling: Telling) -> dict[str, str | int]:
    """Return where the project says which TensorFlow it is on; nothing where it was named."""
    pins = telling.verdict.before.pins or telling.verdict.after.pins
    if not pins:
        return {}
    place: dict[str, str | int] = {"file": pins[0].file}
    return place | ({"line": pins[0].line} if pins[0].line else {})


def _annotate(
    telling: Telling, change: QuestionChange, level: str, place: Mapping[str, str | int]
) -> Iterator[str]:
    question = change.question
    said = [
        f"{question.title}: {say_change(change)}",
        say_effect(change, telling.verdict.padding),
        f"Remedy: {question.remedy}",
    ]
    message = "\n".join(make_visible(one) for one in said if one)
    heading = f"{change.gravity.value}: {question.id}"
    places: list[Mapping[str, str | int]] = [
        {"file": one.path, "line": one.line, "col": one.column} for one in change.sightings or ()
    ]
    for where in places or [place]:
        yield _command(level, {**where, "title": heading}, message)


def _command(level: str, properties: Mapping[str, str | int], message: str) -> str:
    written = ",".join(
        f"{name}={make_visible(str(value)).translate(_PROPERTY)}"
        for name, value in properties.items()
    )
    return f"::{level} {written}::{message.translate(_MESSAGE)}"
