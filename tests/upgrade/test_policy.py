"""What a project decided: whole files, and everything that can be wrong with one."""

import pytest
from packaging.version import Version

from harness.errors import UsageError
from harness.upgrade.policy import Acceptance, Policy, read_policy

from .records import QUESTIONS

FILE = """
[[accept]]
question = "dense_masking.loss_denominator"
reason = "scaled in March"
until = "2.18"
[[accept]]
question = "mask_reaches_loss.conv1d"
reason = "not used"
answer = "lost"
[expect]
"dense_masking.loss_denominator" = "valid"
"sample_weight.per_sample" = "raised"
"""
POLICY = Policy(
    accept=(
        Acceptance(
            question="dense_masking.loss_denominator",
            reason="scaled in March",
            until=Version("2.18"),
        ),
        Acceptance(question="mask_reaches_loss.conv1d", reason="not used", answer="lost"),
    ),
    expect={"dense_masking.loss_denominator": "valid", "sample_weight.per_sample": "raised"},
    file="maskmatrix.toml",
)


def test_a_whole_file() -> None:
    assert read_policy(FILE, "maskmatrix.toml", QUESTIONS) == POLICY


def test_the_same_in_pyproject() -> None:
    text = FILE.replace("[[accept]]", "[[tool.maskmatrix.accept]]")
    text = "[project]\nname = 'x'\n" + text.replace("[expect]", "[tool.maskmatrix.expect]")
    found = read_policy(text, "pyproject.toml", QUESTIONS)
    assert (found.accept, found.expect) == (POLICY.accept, POLICY.expect)


@pytest.mark.parametrize(
    ("tensorflow", "expired"),
    [("2.17.1", False), ("2.18.0rc0", False), ("2.18.0", True), ("2.18.1", True), ("3.0", True)],
)
def test_until_is_the_first_release_that_counts_again(tensorflow: str, expired: bool) -> None:  # noqa: FBT001 - a column of the table
    assert POLICY.accept[0].expired(tensorflow) is expired
    assert POLICY.accept[0].covers("valid", tensorflow) is not expired


def test_an_accepted_answer_accepts_no_other() -> None:
    assert POLICY.accept[1].covers("lost", "9.9")
    assert not POLICY.accept[1].covers("lost_with_warning", "9.9")
    assert not POLICY.accept[1].covers("", "9.9")


@pytest.mark.parametrize(
    ("text", "what", "do"),
    [
        ("[", "is no TOML", ""),
        ("acept = []", "unknown key 'acept'", "'accept'"),
        ("accept = 3", "accept is a list of tables", ""),
        ("expect = []", "accept is a list of tables", ""),
        ("accept = [3]", "holds texts only", ""),
        (
            '[[accept]]\nquestion = "dense_masking.loss_denominater"',
            "no question 'dense_masking.loss_denominater'",
            "'dense_masking.loss_denominator'",
        ),
        (
            '[[accept]]\nquestion = "dense_masking.loss_denominator"',
            "is accepted without a reason",
            "reason",
        ),
        (
            '[[accept]]\nquestion = "dense_masking.loss_denominator"\nreason = "x"\nuntill = "2"',
            "unknown key 'untill'",
            "'until'",
        ),
        (
            '[[accept]]\nquestion = "dense_masking.loss_denominator"\nreason = "x"\nuntil = "soon"',
            "is no version",
            "2.18",
        ),
        (
            '[[accept]]\nquestion = "dense_masking.loss_denominator"\nreason = "x"\nuntil = "'
            + "9" * 5000
            + '"',
            "is no version",
            "2.18",
        ),
        (
            '[[accept]]\nquestion = "dense_masking.loss_denominator"\nreason = "x"\nanswer = "val"',
            "has no answer 'val'",
            "'valid'",
        ),
        ('[expect]\n"dense_masking.los" = "valid"', "no question", "loss_denominator"),
        ('[expect]\n"dense_masking.loss_denominator" = 3', "which is no text", ""),
        ('[expect]\n"dense_masking.loss_denominator" = "vald"', "has no answer", "'valid'"),
    ],
)
def test_what_can_be_wrong(text: str, what: str, do: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_policy(text, "maskmatrix.toml", QUESTIONS)
    assert what in caught.value.what
    assert caught.value.what.startswith("maskmatrix.toml")
    assert do in caught.value.do
