import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import html5lib
import pytest
from hypothesis import given, settings

from harness.model import Matrix
from harness.publish.page.anchors import name_cell, name_question, name_release
from harness.publish.page.render import SCRIPTS, STYLE, render_page, write_policy
from harness.publish.timed import Sheet
from tests.publish.matrices import example, matrix, question, release
from tests.publish.strategies import matrices

from .pages import ATTACK, DRAWING, ROOT, VERSION, hostile, large

LIMIT_BYTES = 3_000_000
SHEET = Sheet(title="a <b>", about="c & d", header=("Release", "Says"), rows=(("tf-1", "<i>"),))


class Elements(HTMLParser):
    """Every start tag with its attributes, and every text outside of scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def render(made: Matrix) -> str:
    return render_page(made, data_version=VERSION)


def elements(page: str) -> Elements:
    parser = Elements()
    parser.feed(page)
    parser.close()
    return parser


def ids(page: str) -> list[str]:
    found = (attributes.get("id") for _, attributes in elements(page).tags)
    return [name for name in found if name]


@pytest.mark.parametrize("made", [example(), hostile()], ids=["example", "hostile"])
def test_it_is_valid_html(made: Matrix) -> None:
    page = render_page(made, data_version=VERSION, charts=[DRAWING], sheets=[SHEET])
    html5lib.HTMLParser(strict=True).parse(page)


@settings(max_examples=25, deadline=None)
@given(matrices())
def test_whatever_a_release_says_stays_text(drawn: Matrix) -> None:
    page = render(drawn)
    html5lib.HTMLParser(strict=True).parse(page)
    plain = replace(
        drawn,
        cells={key: replace(cell, reason="") for key, cell in drawn.cells.items()},
        questions=tuple(replace(one, title="?", why="?") for one in drawn.questions),
    )
    kinds = {tag for tag, _ in elements(page).tags}
    assert kinds - {tag for tag, _ in elements(render(plain)).tags} <= {"code", "ol", "li", "a"}
    assert not {name for _, given_ in elements(page).tags for name in given_ if name[:2] == "on"}


def test_every_cell_row_and_release_has_its_anchor_once() -> None:
    made = example()
    found = ids(render(made))
    assert len(found) == len(set(found))
    wanted = {name_cell(*key) for key in made.cells}
    wanted |= {name_question(one.id) for one in made.questions}
    wanted |= {name_release(one.id) for one in made.releases}
    assert wanted <= set(found)


def test_every_link_within_the_page_leads_somewhere() -> None:
    page = render_page(example(), data_version=VERSION, charts=[DRAWING])
    links = [given_.get("href") or "" for tag, given_ in elements(page).tags if tag == "a"]
    inner = {link.partition("#")[2] for link in links if "#" in link}
    assert len(inner) > 30
    assert inner <= set(ids(page))


def test_nothing_is_fetched() -> None:
    page = render_page(hostile(), data_version=VERSION, charts=[DRAWING])
    for tag, attributes in elements(page).tags:
        assert "src" not in attributes or tag not in {"script", "img", "iframe"}
        assert tag not in {"iframe", "object", "embed", "video", "audio", "base", "img"}
        if tag == "link":
            assert attributes["href"] == "data:,"
        assert "style" not in attributes, "the policy forbids it"
        assert "http" not in (attributes.get("href") or "")
    assert "url(" not in page
    assert "@import" not in page


def test_the_policy_allows_only_our_own_style_and_script() -> None:
    page = render(hostile())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    assert policy.replace("&#39;", "'") == write_policy(style, scripts[0])
    assert write_policy(style, scripts[0]).startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert write_policy(style, scripts[0] + " ") != write_policy(style, scripts[0])


def test_the_lookup_cannot_end_its_script() -> None:
    made = hostile()
    named = replace(made.questions[0], answers=("valid", "total"))
    page = render(replace(made, questions=(named, *made.questions[1:])))
    (text,) = re.findall(r'<script type="application/json" id="lookup">(.*?)</script>', page)
    assert json.loads(text)["questions"][0] == "dense_masking.loss_denominator"
    assert "<" not in text
    assert ATTACK not in page


def test_a_quoted_name_is_code_and_a_lonely_quote_is_not() -> None:
    made = matrix([release("tf-1")], [question("a.b", title="Is `x<y` or", why="a ` b")], {})
    page = render(made)
    assert "Is <code>x&lt;y</code> or" in page
    assert "<p>a ` b</p>" in page


def test_throughput_is_there_only_where_it_was_measured() -> None:
    assert "throughput" not in ids(render(example()))
    assert 'href="#throughput"' not in render(example())
    page = render_page(example(), data_version=VERSION, charts=[DRAWING], sheets=[SHEET])
    assert DRAWING.svg in page
    assert "It rises." in page
    assert "<th scope=row>tf-1<td>&lt;i&gt;" in page


def test_the_same_matrix_gives_the_same_page() -> None:
    made = example()
    other = replace(made, cells=dict(reversed(list(made.cells.items()))))
    assert render(made) == render(other)


def test_another_process_gives_the_same_page() -> None:
    """Sets of texts have another order in each process, and no page may follow it."""
    code = (
        "import hashlib; from tests.publish.page.pages import VERSION, hostile\n"
        "from harness.publish.page.render import render_page\n"
        "page = render_page(hostile(), data_version=VERSION)\n"
        "print(hashlib.sha256(page.encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(digests) == 1


def test_no_script_or_style_can_end_its_element() -> None:
    page = render(example())
    assert page.count("</style") == 1
    assert page.count("</script") == 2
    assert STYLE
    assert SCRIPTS


def test_a_page_of_the_promised_size_is_small_enough() -> None:
    made = large()
    assert len(made.cells) == 60 * 150
    assert len(render(made).encode()) < LIMIT_BYTES
