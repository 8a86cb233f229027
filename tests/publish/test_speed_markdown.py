import itertools
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from harness.judge.runs import Throughputs
from harness.model import Status, Timing
from harness.publish.speed_markdown import MOST, render_throughput
from tests.builders import NOON
from tests.timed_runs import REFERENCE, example, failed, sitting, timing

from . import matrices
from .sittings import judged
from .strategies import HOSTILE
from .tables import find_torn_rows

EXPECTED = Path(__file__).with_name("expected") / "THROUGHPUT.md"
FOLD = re.compile(r"<details>\n<summary>[\w ,]+</summary>\n")
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
RELEASES = matrices.example().releases
OLDER = timing(run_id="20261119T120000Z-00000000", recorded_at=NOON - timedelta(days=1))


def render(throughputs: Throughputs) -> str:
    return render_throughput(throughputs, RELEASES)


def test_the_whole_document() -> None:
    assert render(judged([OLDER, *example()])) == EXPECTED.read_text(encoding="utf-8")


def test_a_small_run_stands_behind_the_wide_one() -> None:
    small = sitting({"tf-2.10.1": 1.0}, run_id="later", recorded_at=NOON + timedelta(days=1))
    text = render(judged([*small, *example()]))
    found = [line for line in text.splitlines() if line.startswith("## Run")]
    assert found == ["## Run 20261120T120000Z-00000001: 5 releases", "## Run later: 2 releases"]
    assert "Stored, and not shown" not in text


def test_nothing_is_left_open() -> None:
    text = render(judged(sitting({release.id: 1.0 for release in RELEASES})))
    assert "took no part" not in text
    assert "No step was found along any series." in text
    assert "Every kernel was timed in every release and block." in text


def test_many_reasons_are_folded() -> None:
    """As many as there are releases stand open, since each has but one."""

    def crash(one: Timing) -> Timing:
        return failed(one, reason=f"why {one.arm}") if one.release != REFERENCE else one

    for count, folded in ((MOST, False), (MOST + 1, True)):
        text = render(judged(sitting({f"tf-2.{n}.0": 1.0 for n in range(count)}, change=crash)))
        assert (f"<summary>{count} reasons</summary>" in text) is folded


@settings(max_examples=30, deadline=None)
@given(HOSTILE, st.sampled_from([Status.CRASHED, Status.RAISED, Status.NOT_RUN]))
def test_no_text_changes_the_outline(hostile: str, status: Status) -> None:
    rows = sitting({"tf-1.4.1": 1.5, "tf-2.10.1": 1.0}, spread=0.001)
    kernel = replace(rows[0].case, kernel=f"k{hostile}")
    changed = [
        replace(one, denominator=hostile, machine=hostile, run_id=hostile, case=kernel)
        for one in rows
    ]
    changed += [
        failed(replace(one, arm=f"arm {hostile}", release=f"tf {hostile}"), status, hostile)
        for one in changed
        if one.arm == "tf-2.10.1"
    ]
    text = render(judged(changed))
    assert all(line.isprintable() for line in text.removesuffix("\n").split("\n"))
    tokens = PARSER.parse(text)
    headings = [
        after.content for token, after in itertools.pairwise(tokens) if token.type == "heading_open"
    ]
    assert len(headings) == 8
    assert headings[3:5] == ["What changed most", "Every kernel"]
    assert headings[6:] == ["Starting up", "What has no time, and why"]
    inline = [child.type for token in tokens for child in token.children or []]
    assert not {"html_inline", "image", "link_open"} & set(inline)
    blocks = [token.content for token in tokens if token.type == "html_block"]
    assert all(FOLD.fullmatch(block) for block in blocks[::2])
    assert {block.strip() for block in blocks[1::2]} <= {"</details>"}
    assert find_torn_rows(text) == []
