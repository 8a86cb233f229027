"""An accessibility audit of each view in both colour schemes."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from harness.publish.page.shades import PALETTE, SHADES

VIEWS = {
    "default": "",
    "evidence": "#tf-2.16.2:dense_masking.loss_denominator",
    "two releases": "?from=tf-2.10.1&to=tf-2.16.2",
    "nothing found": "?q=nothing_like_it",
    "one series": "?series=tf2&differs=1",
}


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_no_barrier_is_found(
    page: Page, small: str, view: str, scheme: Literal["light", "dark"], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(small + VIEWS[view])
    for summary in page.locator("details:not([open]) > summary").all():
        if summary.is_visible():
            summary.click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_audit_would_find_a_barrier(page: Page, small: str) -> None:
    page.goto(small)
    page.evaluate("document.querySelector('label[for=in-scenario]').remove()")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    rules = {rule["id"] for rule in Axe().run(page).response["violations"]}
    assert {"html-has-lang", "select-name"} <= rules


CONTRASTS = """shades => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => {
        const [r, g, b] = numbers(colour).map((part) => part / 255)
            .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    return Object.fromEntries(shades.map((shade) => {
        const chip = document.createElement("span");
        chip.className = `chip ${shade}`;
        chip.textContent = "said";
        document.body.append(chip);
        const [own, glyph] = [getComputedStyle(chip), getComputedStyle(chip, "::before")];
        const pair = [glyph.color, own.color].map((one) => ratio(one, own.backgroundColor));
        return [shade, Math.min(...pair)];
    }));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_glyph_and_word_stands_out_from_its_tint(
    page: Page, small: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(small)
    shades = [*(f"a{place}" for place in range(PALETTE)), *SHADES.values()]
    found = page.evaluate(CONTRASTS, shades)
    assert set(found) == set(shades)
    assert min(found.values()) >= 4.5, found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_follow_the_scheme(
    page: Page, small: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(small)
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 20, 25)"}[scheme]
