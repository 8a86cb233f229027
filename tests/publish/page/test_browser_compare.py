"""The view of two releases: the same changes as the judge finds, silent ones first."""

import pytest
from playwright.sync_api import Page, expect

from harness.judge.differences import Grade, compare_releases
from harness.publish.wording import GRADES, say_cell

from .pages import hostile

PAIRS = [
    ("tf-2.10.1", "tf-2.16.2"),
    ("tf-2.16.2", "tf-2.17.0rc0"),
    ("tf-2.17.0rc0", "tf-2.16.2"),
    ("tf-1.4.1", "tf-2.17.0rc0"),
    ("tf-2.16.2", "tf-2.16.2"),
    ("tf-2.11.1", "tf-2.16.2"),
    ("tf-2.18.1+keras-3.0.5", "tf-2.16.2+tf-keras-2.16.0"),
]


def link(small: str, before: str, after: str) -> str:
    return f"{small}?from={before}&to={after}".replace("+", "%2B")


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_it_finds_what_the_judge_finds(page: Page, small: str, before: str, after: str) -> None:
    made = hostile()
    page.goto(link(small, before, after))
    compared = compare_releases(made, before, after)
    questions = {one.id: one for one in made.questions}
    wanted = [
        (
            GRADES[one.grade],
            f"#{one.question}",
            " → ".join(say_cell(questions[one.question], cell) for cell in (one.before, one.after)),
        )
        for one in compared.differences
    ]
    found = [
        (
            table.locator("caption").inner_text().rpartition(" (")[0],
            row.locator("th a").get_attribute("href"),
            row.locator("td").first.inner_text(),
        )
        for table in page.locator("#changes table").all()
        for row in table.locator("tbody tr").all()
    ]
    assert found == wanted
    known = len(questions) - len(compared.unknown)
    silent = sum(one.grade is Grade.SILENT for one in compared.differences)
    expect(page.locator("#changes .sum")).to_have_text(
        f"{len(wanted)} of {known} questions compared have another outcome, "
        f"{silent} of them without an error."
        if known
        else "Nothing can be compared."
    )
    for question in compared.unknown:
        expect(page.locator("#changes")).to_contain_text(question)


@pytest.mark.parametrize("percent", [0, 30, 80, 95])
def test_the_effect_is_that_of_the_chosen_share(page: Page, small: str, percent: int) -> None:
    page.goto(link(small, "tf-2.10.1", "tf-2.16.2"))
    page.get_by_label("Padded share").fill(str(percent))
    factor = 1 / (1 - percent / 100)
    expect(page.locator("#changes .number").first).to_have_text(f"× {factor:.2f}")
    query = page.evaluate("new URLSearchParams(location.search).get('padding')")
    assert query == (None if percent == 30 else str(percent))
    page.reload()
    expect(page.locator("#changes .number").first).to_have_text(f"× {factor:.2f}")


def test_an_effect_that_the_share_does_not_tell_is_not_told(page: Page, small: str) -> None:
    page.goto(link(small, "tf-2.18.1+keras-3.0.5", "tf-2.16.2+tf-keras-2.16.0"))
    numbers = page.locator("#changes .silent .number")
    assert numbers.all_inner_texts() == ["× 0.70", "–"]


@pytest.mark.parametrize("share", ["200", "-5", "abc"])
def test_a_share_that_is_none_is_not_used(page: Page, small: str, share: str) -> None:
    page.goto(f"{link(small, 'tf-2.10.1', 'tf-2.16.2')}&padding={share}")
    expect(page.get_by_label("Padded share")).to_have_value("30")
    expect(page.locator("#changes .number").first).to_have_text("× 1.43")


def test_a_pair_is_chosen_swapped_and_gone_back_from(page: Page, small: str) -> None:
    page.goto(small)
    expect(page.locator("#changes")).to_have_text("Choose two releases to see what changes.")
    page.get_by_label("From", exact=True).select_option("tf-2.10.1")
    page.get_by_label("To", exact=True).select_option("tf-2.16.2")
    expect(page.locator("#changes .number").first).to_have_text("× 1.43")
    page.get_by_role("button", name="Swap").click()
    expect(page.locator("#changes .number").first).to_have_text("× 0.70")
    page.go_back()
    expect(page.locator("#changes .number").first).to_have_text("× 1.43")


def test_the_story_opens_its_step(page: Page, small: str) -> None:
    page.goto(small)
    page.locator(".when a").first.click()
    expect(page.get_by_label("To", exact=True)).to_have_value("tf-2.17.0rc0")
    expect(page.locator("#compare")).to_be_in_viewport()
    assert page.locator("#changes table").count() == 2


def test_an_outcome_opens_its_evidence(page: Page, small: str) -> None:
    page.goto(link(small, "tf-2.10.1", "tf-2.16.2"))
    page.locator("#changes a.chip").first.click()
    expect(page.locator('[id="tf-2.10.1:dense_masking.loss_denominator"]')).to_be_in_viewport()
