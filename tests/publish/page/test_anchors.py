from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.publish.page.anchors import link_comparison, name_cell, name_question, name_release
from harness.questions import load_scenarios
from harness.releases.catalogue import load_catalogue

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def test_what_others_link_to_stands_as_it_is() -> None:
    asked = [question.id for scenario in load_scenarios() for question in scenario.questions]
    for release in load_catalogue():
        assert name_release(release.id) == release.id
        for question in asked:
            assert name_question(question) == question
            assert name_cell(release.id, question) == f"{release.id}:{question}"


@given(TEXT, TEXT)
def test_any_name_becomes_an_id_that_is_its_own(release: str, question: str) -> None:
    anchor = name_cell(release, question)
    assert anchor.isascii()
    assert not set(anchor) & set(" \t\n\r\f\"'<>&`")
    first, second = anchor.split(":")
    assert (unquote(first), unquote(second)) == (release, question)


@pytest.mark.parametrize("after", ["tf-2.16.2", "tf-2.16.2+keras-3.0.5"])
def test_a_comparison_is_linked_by_its_query(after: str) -> None:
    link = urlsplit(link_comparison("tf-2.10.1", after))
    assert parse_qs(link.query) == {"from": ["tf-2.10.1"], "to": [after]}
    assert (link.path, link.fragment) == ("", "compare")
