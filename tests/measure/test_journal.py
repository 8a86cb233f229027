"""Journals on the disk: appended to, held while they are written, taken up when nobody holds them."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.measure.journal import (
    MOST_RESULTS,
    Tail,
    append_event,
    discard_journal,
    leftover_journals,
    new_journal,
    read_events,
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


def test_a_journal_that_was_taken_away_meanwhile_is_passed_over(tmp_path: Path) -> None:
    with new_journal(tmp_path, "one", PLAN) as journal:
        pass
    found = leftover_journals(tmp_path)
    with new_journal(tmp_path, "two", PLAN) as other:
        journal.unlink()
        assert list(found) == []
    assert list(leftover_journals(tmp_path)) == [other]


def test_a_journal_that_is_stored_while_it_is_waited_for_is_passed_over(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        with new_journal(tmp_path, "one", PLAN) as journal:
            found = pool.submit(lambda: list(leftover_journals(tmp_path)))
            time.sleep(0.3)
            discard_journal(journal)
        assert found.result() == []


def test_a_log_whose_journal_is_gone_goes_too(tmp_path: Path) -> None:
    with new_journal(tmp_path, "one", PLAN) as journal:
        journal.with_suffix(".log").touch()
    (tmp_path / "two.log").touch()
    assert list(leftover_journals(tmp_path)) == [journal]
    assert {file.name for file in tmp_path.iterdir()} == {"one.jsonl", "one.log"}


def test_a_tail_gives_each_whole_line_once(tmp_path: Path) -> None:
    journal = tmp_path / "one.jsonl"
    append_event(journal, PLAN)
    tail = Tail(journal, 2)
    assert tail.read() == [PLAN]
    with journal.open("ab") as file:
        file.write(b'{"event": "start", "task": 1}\n{"event": "st')
        file.flush()
        assert tail.read() == [{"event": "start", "task": 1}]
        assert (tail.read(), tail.unread_bytes()) == ([], 13)
        file.write(b'art", "task": 0}\n')
    assert tail.read() == [{"event": "start", "task": 0}]
    assert tail.unread_bytes() == 0


@pytest.mark.parametrize("task", [-1, 2, 10**200])
def test_a_tail_leaves_out_what_was_never_asked(task: int, tmp_path: Path) -> None:
    journal = tmp_path / "one.jsonl"
    append_event(journal, {"event": "start", "task": task})
    assert Tail(journal, 2).read() == []


@pytest.mark.parametrize("text", [b"x", b"\n", b"x\n"])
def test_a_flood_is_read_in_pieces_and_can_be_cut(
    text: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.measure.journal.MOST_RESULTS", 10_000)
    journal = tmp_path / "one.jsonl"
    append_event(journal, PLAN)
    with journal.open("ab") as file:
        file.write(text * 20_000)
    tail = Tail(journal, 1)
    assert len(tail.read()) <= 2
    assert tail.unread_bytes() > 10_000 - 2
    tail.cut()
    assert tail.unread_bytes() == 0
    append_event(journal, PLAN)
    assert tail.read() == [PLAN]
    told = [event["event"] for event in read_events(journal)]
    assert told in (["bye", "bye"], ["bye", "broken", "bye"])


def test_a_line_that_is_too_long_to_be_one_is_broken(tmp_path: Path) -> None:
    journal = tmp_path / "one.jsonl"
    append_event(journal, {**PLAN, "as": "x" * (2 * MOST_RESULTS)})  # but for the plan
    with journal.open("ab") as file:
        file.write(b"x" * (2 * MOST_RESULTS) + b'\n{"event": "bye"}\n{"event": "by')
    assert [event["event"] for event in read_events(journal)] == ["bye", "broken", "bye"]
    tail = Tail(journal, 1)
    assert [event["event"] for event in tail.read()] == ["bye"]
