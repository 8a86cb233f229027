"""Journals on the disk: appended to, held while they are written, taken up when nobody holds them."""

from pathlib import Path

import pytest

from harness.measure.journal import (
    append_event,
    discard_journal,
    leftover_journals,
    new_journal,
)
from harness.measure.protocol import parse_events

PLAN = {"event": "bye", "peak_rss_bytes": 0}


def test_an_event_is_added_after_a_line_that_was_cut_off(tmp_path: Path) -> None:
    journal = tmp_path / "one.jsonl"
    append_event(journal, PLAN)
    with journal.open("ab") as file:
        file.write(b'{"event": "obs')
    append_event(journal, PLAN)
    assert [event["event"] for event in parse_events(journal.read_bytes())] == [
        "bye",
        "broken",
        "bye",
    ]


def test_a_number_that_is_no_json_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        append_event(tmp_path / "one.jsonl", {"event": "end", "duration_s": float("nan")})


def test_a_journal_is_left_over_only_when_nobody_holds_it(tmp_path: Path) -> None:
    with new_journal(tmp_path, "one", PLAN) as journal:
        assert list(leftover_journals(tmp_path)) == []
    assert list(leftover_journals(tmp_path)) == [journal]


def test_a_journal_is_never_begun_twice(tmp_path: Path) -> None:
    with (
        new_journal(tmp_path, "one", PLAN),
        pytest.raises(FileExistsError),
        new_journal(tmp_path, "one", PLAN),
    ):
        pass


def test_a_discarded_journal_takes_its_log_along(tmp_path: Path) -> None:
    with new_journal(tmp_path, "one", PLAN) as journal:
        journal.with_suffix(".log").write_text("stdout")
    for _ in range(2):
        discard_journal(journal)
        assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_has_nothing_left_over(tmp_path: Path) -> None:
    assert list(leftover_journals(tmp_path / "none")) == []
