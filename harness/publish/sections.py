"""The sections of ``COMPATIBILITY.md`` that tell what changes: of a candidate, along a series."""

from harness.model import Question
from harness.publish.candidates import Alteration, CandidateFindings
from harness.publish.findings import Line, Segment, SeriesLines
from harness.publish.markup import escape, fold, render_table
from harness.publish.steps import Step


def render_candidate(found: CandidateFindings) -> str:
    """Return what a candidate would change, a table for each grade, and what is not compared."""
    parts = [f"{escape(found.headline)}."]
    for grade, altered in found.grades:
        rows = map(_alteration, altered)
        parts.append(f"**{grade}** ({len(altered)})")
        parts.append(render_table(["Question", "From → to", "Remedy"], rows))
    parts += [f"{escape(gap)}." for gap in found.not_compared]
    return "\n\n".join(parts)


def _alteration(altered: Alteration) -> list[str]:
    return [_name(altered.question), escape(altered.says), escape(altered.question.remedy)]


def _name(question: Question) -> str:
    return f"{escape(question.title)}<br>{escape(question.id)}"


def render_line(line: Line) -> list[str]:
    """Return one row: the question, and its intervals."""
    return [_name(line.question), " │ ".join(map(_segment, line.segments))]


def _segment(segment: Segment) -> str:
    """Return an interval; what is known stands out from what is not."""
    says = f"**{escape(segment.says)}**" if segment.known else escape(segment.says)
    return " ".join(filter(None, (escape(segment.covers), says, segment.mark)))


def render_series(series: SeriesLines) -> str:
    """Return what changes along a series, why, and, closed, what is the same all along it."""
    meaning = f"{series.meaning[:1].upper()}{series.meaning[1:]}: " if series.meaning else ""
    parts = [
        f"### {escape(series.name)}",
        f"{meaning}{escape(series.extent)}. {series.about}",
    ]
    if series.varying:
        parts.append(render_table(["Question", "Intervals"], map(render_line, series.varying)))
    if series.steps:
        header = ["Step", "Brought by", "Shown by", "Questions"]
        table = render_table(header, map(_step, series.steps))
        parts.append(fold("The changes step by step, with what shows their cause", table))
    if series.constant:
        rows = [[_name(line.question), _segment(line.segments[0])] for line in series.constant]
        table = render_table(["Question", "All along"], rows)
        parts.append(fold(f"{len(rows)} questions without a change", table))
    return "\n\n".join(parts)


def _step(step: Step) -> list[str]:
    asked = escape(", ".join(step.questions))
    return [escape(step.between), step.cause, escape(step.shown_by), asked]
