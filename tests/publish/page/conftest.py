"""A headless Chromium, started once; where there is none, its tests skip and say what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser import find_chromium

from .pages import hostile, large, write_page

WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=find_chromium())
        except Error as error:
            pytest.skip(f"no Chromium to look at the page with (apt-get install chromium): {error}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a small page, whose texts try to run."""
    return write_page(tmp_path_factory.mktemp("small"), hostile()).as_uri()


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a page of 60 releases and 150 questions."""
    return write_page(tmp_path_factory.mktemp("full"), large()).as_uri()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a tab in which an error, a message of the policy, or a request fails the test."""
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    fetched = [
        url for url in asked if Path(url.partition("?")[0].partition("#")[0]).suffix != ".html"
    ]
    assert not wrong
    assert [url for url in fetched if not url.startswith("data:")] == []
