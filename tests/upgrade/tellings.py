"""One verdict with everything in it, hostile words too, for the tests of every format."""

from dataclasses import replace
from typing import Any

from packaging.version import Version

from harness.errors import ExitCode
from harness.upgrade.asks import list_asked
from harness.upgrade.check import Scope, compare
from harness.upgrade.gravity import Gravity
from harness.upgrade.matching import match_end
from harness.upgrade.pins.requirements import read_requirements
from harness.upgrade.policy import Acceptance, Policy
from harness.upgrade.sightings import Scan, Sighting
from harness.upgrade.verdict import decide
from harness.upgrade.words import Telling

from .records import CONV, LOSS, WEIGHTS, end, record, said, small_matrix
from .test_speeds import row

HOSTILE = "a|b<i>%`x`\r\n::error::\x1b[2J"
PAGE = "https://example.org/compatibility.html"
OLD_LOCK, NEW_LOCK = "numpy==1.23.5\nprotobuf==3.19.6\n", "numpy==1.26.4\nprotobuf==4.25.3\n"
SCAN = Scan(
    (
        Sighting("src/a b,c:d.py", 3, 5, "keras.layers.Masking", "Masking(mask_value=0)"),
        Sighting("src/a b,c:d.py", 9, 1, "keras.layers.Masking", "Masking(mask_value=0)"),
        Sighting("src/a b,c:d.py", 12, 1, "keras.layers.Masking", HOSTILE),
        Sighting("fit.ipynb", 7, 2, "Model.fit(sample_weight)", HOSTILE),
    ),
    2,
    (("bad|<i>.py", "it is no Python"),),
)


def plain() -> Telling:
    """Return an upgrade with a silent change, one that raises, a warning, and one slower case."""
    rows = [row("tf-2.10.1", 1.0, denominator="total"), row("tf-2.16.2", 1.5)]
    found = record(rows=rows)
    ends = end(found, "tf-2.10.1"), end(found, "tf-2.16.2")
    asked = list_asked([OLD_LOCK, NEW_LOCK], ["3.9.18", "3.11.7"], ())
    verdict = compare(found, *ends, Scope(policy=Policy(expect={}), padding=0.3), asked)
    return tell(verdict)


def full() -> Telling:
    """Return one with pins, code, decisions, something unknown, and hostile words."""
    text = "tensorflow>=2.9,<2.11\nnumpy<1.24\nprotobuf==3.19.6"
    pins = read_requirements(text, "req,uire:ments.txt").pins
    found = record(small_matrix({("tf-2.16.2", CONV.id): None, ("tf-2.11.1", CONV.id): None}))
    policy = Policy(
        accept=(
            Acceptance(question=WEIGHTS.id, reason=HOSTILE),
            Acceptance(question=LOSS.id, reason="for now", until=Version("2.16")),
            Acceptance(question=CONV.id, reason="not used", answer="lost"),
        ),
        expect={LOSS.id: "total"},
    )
    asked = list_asked([OLD_LOCK, NEW_LOCK], ["3.9.18", "3.11.7"], pins)
    scope = Scope(policy=policy, padding=0.3, scan=SCAN)
    before = match_end(found, pins)
    return tell(compare(found, before, end(found, "tf-2.16.2"), scope, asked))


def settled() -> Telling:
    """Return one in which nothing changes but for the better."""
    found = record(small_matrix({("tf-2.9.3", WEIGHTS.id): said("raised")}))
    ends = end(found, "tf-2.9.3"), end(found, "tf-2.10.1")
    return tell(compare(found, *ends, Scope(policy=Policy(expect={}), padding=0.3)))


def tell(verdict: Any, **changed: Any) -> Telling:
    code = decide(verdict, Gravity.BREAKS)
    usual = Telling(verdict=verdict, fail_on=Gravity.BREAKS, code=code, page=PAGE)
    return replace(usual, **changed)


TELLINGS = {"plain": plain, "full": full, "settled": settled}
CODES = {"plain": ExitCode.FINDINGS, "full": ExitCode.FINDINGS, "settled": ExitCode.OK}
