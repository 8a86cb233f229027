"""What a bisection found, as a person reads it: whole texts."""

import textwrap
from dataclasses import replace

from packaging.version import Version

from harness.model import Cell, Status
from harness.releases.published import Member, Named
from harness.upgrade.bisect import Bisection
from harness.upgrade.bisect_text import render_bisection
from harness.upgrade.halving import Search
from harness.upgrade.line import Axis, Line
from tests.builders import observation
from tests.publish.matrices import question


def found(line: str, **holes: str) -> Bisection:
    """Return what a whole search of a line finds: v for valid, t for total, r for raised."""
    said = {"v": (Status.ANSWERED, "valid"), "t": (Status.ANSWERED, "total")}
    members = tuple(
        Member(named=Named(tensorflow=Version(f"2.{minor}.0"))) for minor in range(len(line))
    )
    known = {p: line[p] for p in (0, len(line) - 1)}
    search = Search(known=known)
    search.run(lambda position: None if line[position] == "." else line[position])
    cells = {
        position: Cell(
            release=members[position].named.id,
            question="masking.loss",
            status=said.get(letter, (Status.RAISED, None))[0],
            answer=said.get(letter, (Status.RAISED, None))[1],
            reason="" if letter in said else "ValueError: no\nsuch thing",
        )
        for position, letter in sorted(search.known.items())
    }
    return Bisection(
        question=question("masking.loss", title="What a loss is divided by"),
        line=Line(axis=Axis.TENSORFLOW, held="the Keras of each day", members=members),
        cells=cells,
        holes={position: holes.get(f"at{position}", "crashed") for position in search.holes},
        boundaries=search.boundaries(),
        skipped=search.skipped(),
        measured=tuple(position for position in cells if position),
    )


def test_the_keras_that_came_along_is_named() -> None:
    """The resolver may give neighbours another Keras, and that may be what changed the answer."""
    bare = found("tvv")
    there = {0: "2.10.0", 1: "2.11.0rc2", 2: "unknown"}
    cells = {
        position: replace(cell, evidence=(observation(keras=there[position]),))
        for position, cell in bare.cells.items()
    }
    change, _, *answers = render_bisection(replace(bare, cells=cells)).splitlines()[3:]
    assert change.endswith("(÷ total → ÷ valid; Keras 2.10.0 → 2.11.0rc2)")
    assert answers == [
        "  tf-2.0.0  ÷ total  (Keras 2.10.0, stored)",
        "  tf-2.1.0  ÷ valid  (Keras 2.11.0rc2)",
        "  tf-2.2.0  ÷ valid",
    ]


def rendered(line: str, **holes: str) -> str:
    return render_bisection(found(line, **holes))


def test_one_change_among_holes() -> None:
    assert rendered("tt.vv", at2="it was yanked: bad") == textwrap.dedent(
        """\
        masking.loss: What a loss is divided by
        tf-2.0.0 to tf-2.4.0 along tensorflow, with the Keras of each day; published between: 3

        changed in tf-2.3.0; tf-2.1.0 is the last before; untested between: tf-2.2.0  (÷ total → ÷ valid)

          tf-2.0.0  ÷ total  (stored)
          tf-2.1.0  ÷ total
          tf-2.2.0  stepped around: it was yanked: bad
          tf-2.3.0  ÷ valid
          tf-2.4.0  ÷ valid"""
    )


def test_several_changes_and_what_was_left_out() -> None:
    assert rendered("tttrrvvvv") == textwrap.dedent(
        """\
        masking.loss: What a loss is divided by
        tf-2.0.0 to tf-2.8.0 along tensorflow, with the Keras of each day; published between: 7

        the answer changes 2 times:
        changed in tf-2.3.0; tf-2.2.0 is the last before; untested between: none  (÷ total → raised ValueError)
        changed in tf-2.5.0; tf-2.4.0 is the last before; untested between: none  (raised ValueError → ÷ valid)

          tf-2.0.0  ÷ total  (stored)
          tf-2.2.0  ÷ total
          tf-2.3.0  raised ValueError
          tf-2.4.0  raised ValueError
          tf-2.5.0  ÷ valid
          tf-2.6.0  ÷ valid
          tf-2.8.0  ÷ valid

        2 not measured, since the releases around them agree; --every measures each"""
    )


def test_no_change() -> None:
    assert rendered("tvt") == textwrap.dedent(
        """\
        masking.loss: What a loss is divided by
        tf-2.0.0 to tf-2.2.0 along tensorflow, with the Keras of each day; published between: 1

        no change found: both ends and all that was measured between say ÷ total

          tf-2.0.0  ÷ total  (stored)
          tf-2.2.0  ÷ total

        1 not measured, since the releases around them agree; --every measures each"""
    )
