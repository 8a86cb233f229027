import re
from importlib.resources import files

from harness.model import Kind, Status
from harness.publish.counts import count_cells
from harness.publish.page.shades import PALETTE, SHADES, list_legend, shade, shade_answers
from harness.publish.wording import STATES
from harness.questions import load_scenarios
from tests.publish.matrices import example, question

STYLE = files("harness.publish.page").joinpath("table.css").read_text(encoding="utf-8")


def test_the_answers_of_a_question_have_a_shade_each() -> None:
    for scenario in load_scenarios():
        for asked in scenario.questions:
            shades = shade_answers(asked)
            assert list(shades) == list(asked.answers)
            assert len(set(shades.values())) == len(shades)


def test_a_reduction_has_one_shade_everywhere() -> None:
    first = question("a.b", answers=("valid", "total"))
    second = question("a.c", answers=("total", "unreduced", "valid"))
    assert shade_answers(first)["total"] == shade_answers(second)["total"]
    assert shade_answers(second)["unreduced"] not in shade_answers(first).values()


def test_more_answers_than_shades_go_round() -> None:
    many = question("a.b", Kind.CATEGORICAL, answers=tuple(f"n{n}" for n in range(PALETTE + 3)))
    assert set(shade_answers(many).values()) == {f"a{place}" for place in range(PALETTE)}


def test_every_state_has_a_shade_of_its_own() -> None:
    assert set(SHADES) == set(Status) - {Status.ANSWERED}
    assert len(set(SHADES.values())) == len(SHADES)
    assert shade({}, Status.RAISED, None) == "sr"


def test_the_style_sheet_gives_every_shade_a_glyph_of_its_own() -> None:
    glyphs = dict(re.findall(r'^\.(\w\w) \{.*--glyph: "(.)"', STYLE, re.MULTILINE))
    assert set(glyphs) == {f"a{place}" for place in range(PALETTE)} | set(SHADES.values())
    assert len(set(glyphs.values())) == len(glyphs)


def test_the_legend_has_the_states_that_are_present() -> None:
    counts = count_cells(example())
    legend = list_legend(counts)
    assert [(entry.name, entry.count) for entry in legend] == [
        ("answered", 15),
        ("raised", 3),
        ("unexplained", 1),
        ("contradictory", 1),
        ("no interpreter", 3),
        ("not run", 1),
    ]
    assert [entry.meaning for entry in legend][1] == STATES[Status.RAISED]
