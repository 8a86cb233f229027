"""What a bisection found, for a person to read. Pure."""

from collections.abc import Iterator

from harness.model import Cell
from harness.publish.wording import make_visible, say_cell
from harness.upgrade.bisect import Bisection
from harness.upgrade.halving import Boundary
from harness.upgrade.line import Axis


def render_bisection(found: Bisection) -> str:
    """Return the changes first, then what each release said, then what was left out."""
    question, line = found.question, found.line
    names = [member.named.id for member in line.members]
    ends = f"{names[0]} to {names[-1]} along {line.axis}, with {line.held}"
    parts = [
        make_visible(f"{question.id}: {question.title}"),
        f"{ends}; published between: {len(names) - 2}",
        "",
        *_render_changes(found),
        "",
        *_render_answers(found),
    ]
    if found.skipped:
        left = f"{len(found.skipped)} not measured, since the releases around them agree"
        parts += ["", f"{left}; --every measures each"]
    return "\n".join(parts)


def _render_changes(found: Bisection) -> Iterator[str]:
    if not found.boundaries:
        said = say_cell(found.question, found.cells[0])
        yield f"no change found: both ends and all that was measured between say {said}"
        return
    if len(found.boundaries) > 1:
        yield f"the answer changes {len(found.boundaries)} times:"
    for boundary in found.boundaries:
        yield _render_change(found, boundary)


def _render_change(found: Bisection, boundary: Boundary) -> str:
    before, after = found.cells[boundary.before], found.cells[boundary.after]
    members = found.line.members
    untested = ", ".join(members[position].named.id for position in boundary.untested)
    said = f"{say_cell(found.question, before)} → {say_cell(found.question, after)}"
    old, new = _name_keras(before), _name_keras(after)
    if found.line.axis is Axis.TENSORFLOW and old != new:
        said += f"; Keras {old or '?'} → {new or '?'}"
    return (
        f"changed in {after.release}; {before.release} is the last before; "
        f"untested between: {untested or 'none'}  ({said})"
    )


def _name_keras(cell: Cell) -> str:
    """Return the Keras that was really there; blank where the release did not say it."""
    found = {seen.provenance.keras for seen in cell.evidence} - {"", "unknown"}
    return make_visible(", ".join(sorted(found)))


def _render_answers(found: Bisection) -> Iterator[str]:
    members = found.line.members
    width = max(len(members[position].named.id) for position in (*found.cells, *found.holes))
    for position in sorted((*found.cells, *found.holes)):
        name = members[position].named.id.ljust(width)
        if position in found.holes:
            yield f"  {name}  stepped around: {found.holes[position]}"
            continue
        cell = found.cells[position]
        notes = [f"Keras {keras}" for keras in [_name_keras(cell)] if keras]
        notes += [] if position in found.measured else ["stored"]
        yield f"  {name}  {say_cell(found.question, cell)}" + (
            f"  ({', '.join(notes)})" if notes else ""
        )
