"""Workflow commands, read back as GitHub's runner reads them."""

import re

import pytest

from harness.upgrade.gravity import Gravity
from harness.upgrade.render_github import render_github

from .tellings import HOSTILE, TELLINGS, tell

COMMAND = re.compile(r"::(?P<level>error|warning|notice) (?P<properties>[^:]*)::(?P<message>.*)")


def unescape(text: str, signs: str = "%\r\n") -> str:
    for sign in reversed(signs):
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text


def read(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Return every command; each other line must be one that the runner only shows."""
    found = []
    for line in text.split("\n"):
        if line.startswith("::"):
            parts = COMMAND.fullmatch(line)
            assert parts, line
            pairs = (pair.partition("=") for pair in parts["properties"].split(","))
            properties = {name: unescape(value, "%\r\n:,") for name, _, value in pairs}
            found.append((parts["level"], properties, unescape(parts["message"])))
        else:
            assert not line or line.startswith("maskmatrix: ")
    return found


@pytest.mark.parametrize("name", TELLINGS)
def test_every_line_is_a_command_or_plain(name: str) -> None:
    text = render_github(TELLINGS[name]())
    assert "\r" not in text
    assert "\x1b" not in text
    read(text)


def test_findings_are_where_the_code_is() -> None:
    found = read(render_github(TELLINGS["full"]()))
    places = [
        (level, one.get("file"), one.get("line"), one.get("col"))
        for level, one, _ in found
        if one["title"].startswith("silent")
    ]
    assert places == [
        ("error", "src/a b,c:d.py", "3", "5"),
        ("error", "src/a b,c:d.py", "9", "1"),
        ("error", "src/a b,c:d.py", "12", "1"),
    ]


def test_without_code_they_are_at_the_pin() -> None:
    (unmet,) = [
        one for _, one, text in read(render_github(TELLINGS["full"]())) if "expected" in text
    ]
    assert (unmet["file"], unmet["line"]) == ("req,uire:ments.txt", "1")


def test_without_either_they_have_no_place() -> None:
    assert all("file" not in one for _, one, _ in read(render_github(TELLINGS["plain"]())))


@pytest.mark.parametrize(
    ("fail_on", "levels"),
    [
        (Gravity.SILENT, ["error", "warning", "warning", "warning"]),
        (Gravity.BREAKS, ["error", "error", "warning", "warning"]),
        (Gravity.SLOWER, ["error", "error", "error", "warning"]),
        (Gravity.WARNS, ["error", "error", "error", "error"]),
    ],
)
def test_what_fails_the_check_is_an_error(fail_on: Gravity, levels: list[str]) -> None:
    telling = tell(TELLINGS["plain"]().verdict, fail_on=fail_on)
    found = read(render_github(telling))
    titles = [one["title"].partition(":")[0] for _, one, _ in found]
    assert titles == ["silent", "breaks", "slower", "warns"]
    assert [level for level, _, _ in found] == levels


def test_hostile_words_stay_words() -> None:
    """The reason of the change that raises would start a command of its own."""
    (message,) = [
        text
        for _, one, text in read(render_github(TELLINGS["plain"]()))
        if "breaks" in one["title"]
    ]
    assert "ValueError: shapes [2, 3] | [3] differ\\n::error::x" in message
    assert "Pass 100 % of <i>the</i> weights | in shape\\n::error::(batch, 1)." in message
    assert message.count("\n") == 2
    assert "At 30 %25 padding" in render_github(TELLINGS["plain"]())
    assert HOSTILE not in render_github(TELLINGS["full"]())
