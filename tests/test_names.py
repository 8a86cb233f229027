import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.names import reject_key, suggest, suggest_of_all, suggest_several

KEYS = ("answers", "tolerance", "kind")
RELEASES = ("tf-2.10.0", "tf-2.10.1", "tf-2.9.3", "tf-2.11.1", "tf-1.4.1")


def test_the_nearest_name_is_asked_for() -> None:
    assert suggest("tolerence", KEYS) == "Did you mean 'tolerance'?"
    assert suggest("zzz", KEYS) == ""


def test_of_versions_up_to_three_are() -> None:
    said = suggest_several("tf-2.10.2", RELEASES, otherwise="none")
    assert said.count(" or ") == 2
    assert "tf-2.10.0" in said
    assert "tf-2.10.1" in said
    assert suggest_several("zzz", RELEASES, otherwise="none") == "none"


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("anwsers", "unknown key 'anwsers'; did you mean 'answers'?"),
        ("zzz", "unknown key 'zzz'"),
    ],
)
def test_an_unknown_key(key: str, says: str) -> None:
    assert reject_key(key, KEYS) == says


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("kinds", "Did you mean 'kind'? There are: answers, tolerance, kind."),
        ("zzz", "There are: answers, tolerance, kind."),
    ],
)
def test_a_short_list_is_told_whole(name: str, says: str) -> None:
    assert suggest_of_all(name, iter(KEYS)) == says


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
def test_any_text_may_be_asked_for(name: str, known: list[str]) -> None:
    assert any(repr(one) in suggest(name, known) for one in known) or not suggest(name, known)
    if name in known and name:
        assert suggest(name, known) == f"Did you mean {name!r}?"
