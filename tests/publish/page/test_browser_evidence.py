"""Cells and what they open; with the mouse, the keyboard, a link, and without JavaScript."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.publish.wording import reproduce

from .pages import ATTACK, hostile, write_page

CELL = "tf-2.16.2:dense_masking.loss_denominator"
RAISED = "tf-1.4.1:lstm_return_sequences.sequences_loss_denominator"


def at(anchor: str) -> str:
    return f'[id="{anchor}"]'


def test_a_segment_opens_the_evidence_of_its_first_release(page: Page, small: str) -> None:
    page.goto(small)
    row = page.locator(at(CELL))
    expect(row).to_be_hidden()
    page.locator(f'.shown a[href="#{CELL}"]').click()
    expect(row).to_be_in_viewport()
    said = page.locator("tr.more").inner_text()
    for word in ("2.16.2", "3.4.1", "3.8.20", "1.23.5", "f" * 64, "2026-11-20"):
        assert word in said
    assert reproduce("tf-2.16.2", "dense_masking") in said
    assert row.inner_text().split() == [
        *("tf-2.16.2", "÷", "valid"),
        *("1", "1", "1", "1", "0.6", "0.6"),
    ]
    assert page.locator("td.y").first.inner_text() == "0.6\n0.6"


def test_a_link_from_elsewhere_opens_the_cell(page: Page, small: str) -> None:
    page.goto(f"{small}#{RAISED}")
    expect(page.locator(at(RAISED))).to_be_in_viewport()
    expect(page.locator("tr.more")).to_contain_text(f"ValueError: {ATTACK}")
    page.goto(f"{small}?q=nothing_like_it#{CELL}")
    expect(page.locator(at(CELL))).to_be_in_viewport()
    expect(page.locator("tr.more")).to_have_count(1)


def test_a_link_to_a_question_opens_it(page: Page, small: str) -> None:
    page.goto(f"{small}#dense_masking.loss_denominator")
    expect(page.locator(at(CELL))).to_be_visible()
    expect(page.locator(at("dense_masking.loss_denominator"))).to_be_in_viewport()


def test_a_link_that_leads_nowhere_does_nothing(page: Page, small: str) -> None:
    page.goto(f"{small}#tf-9.9.9:nothing%E0%A4%A")
    expect(page.locator("article.question")).to_have_count(3)


def test_each_row_links_to_itself(page: Page, small: str) -> None:
    page.goto(f"{small}#dense_masking.loss_denominator")
    page.locator(at(CELL)).get_by_role("link", name="tf-2.16.2").click()
    assert page.evaluate("location.hash") == f"#{CELL}"
    expect(page.locator("tr.more")).to_have_count(1)
    page.go_back()
    expect(page.locator("tr.more")).to_have_count(0)


def test_a_cell_of_the_grid_opens_its_evidence(page: Page, small: str) -> None:
    page.goto(small)
    page.locator("#grid summary").click()
    page.locator(f'.grid td a[href="#{RAISED}"]').click()
    expect(page.locator(at(RAISED))).to_be_in_viewport()


def test_the_keyboard_reaches_everything(page: Page, small: str) -> None:
    page.goto(small)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#questions"
    page.get_by_label("Find").focus()
    page.keyboard.type("loss_denominator dense")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(at(CELL))).to_be_visible()


def test_arrows_move_in_the_grid_which_is_one_stop(page: Page, small: str) -> None:
    page.goto(small)
    page.locator("#grid summary").click()
    cells = page.locator(".grid td a")
    expect(cells.first).to_have_attribute("tabindex", "0")
    assert page.locator(".grid td a[tabindex='0']").count() == 1
    cells.first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.getAttribute('href')") == (
        "#tf-2.10.1:dense_masking.loss_denominator"
    )
    assert page.locator(".grid td a[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    expect(page.locator(at("tf-2.10.1:dense_masking.loss_denominator"))).to_be_in_viewport()


def test_what_a_release_says_does_not_run(page: Page, small: str) -> None:
    page.goto(f"{small}?from=tf-2.16.2&to=tf-2.17.0rc0#{RAISED}")
    page.locator("#grid summary").click()
    expect(page.locator("#changes")).to_contain_text(ATTACK)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0


def test_it_works_without_javascript(browser: Browser, small: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(small)
    expect(page.get_by_text("need JavaScript")).to_be_visible()
    assert not any(form.is_visible() for form in page.locator("form").all())
    assert all(one.is_visible() for one in page.locator(".shown .strip").all())
    expect(page.locator(at(CELL))).to_be_hidden()
    page.locator(f'.shown a[href="#{CELL}"]').click()
    expect(page.locator(at(CELL))).to_be_in_viewport()
    page.locator("#grid summary").click()
    page.locator(f'.grid td a[href="#{RAISED}"]').click()
    expect(page.locator(at(RAISED))).to_be_in_viewport()
    expect(page.locator(f"article:has({at(RAISED)}) .notes")).to_contain_text(
        f"ValueError: {ATTACK}"
    )
    context.close()


def test_a_static_host_is_asked_for_the_page_alone(page: Page, tmp_path: Path) -> None:
    folder = write_page(tmp_path, hostile()).parent
    asked: list[str] = []

    class Host(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name
            asked.append(str(arguments[0]))

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{server.server_port}/compatibility.html?q=loss#{CELL}")
        expect(page.locator(at(CELL))).to_be_in_viewport()
        server.shutdown()
    assert [line.split("?")[0] for line in asked] == ["GET /compatibility.html"]


@pytest.mark.parametrize("fragment", ["", f"#{CELL}", "?from=tf-2.16.2&to=tf-2.17.0rc0"])
def test_a_narrow_screen_does_not_scroll_sideways(page: Page, small: str, fragment: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{small}{fragment}")
    page.locator("#grid summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
