"""What lies on the disk or comes over the network, at random: an answer or an explained error."""

import json
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import MaskmatrixError
from harness.releases.builds import read_build
from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.index_page import read_links, read_page
from harness.releases.installed import find_changes
from harness.releases.lock import verify_lock
from harness.store import read_observations, read_timings, write_observations, write_timings
from harness.upgrade.policy import read_policy
from tests.builders import observation
from tests.faults.conftest import count
from tests.faults.fuzzing import damage, explained, fuzz
from tests.faults.test_fuzz import JSON
from tests.releases.small_index import File, make_page
from tests.releases.test_index_page import make_links
from tests.timed_runs import timing
from tests.upgrade.records import QUESTIONS
from tests.upgrade.test_policy import FILE

BUILD = {"release": "tf-1", "lock_sha256": "0", "python": None, "absent": "crashed", "reason": "x"}


@fuzz
@given(
    st.dictionaries(st.sampled_from([*BUILD, "odd"]), JSON).map(
        lambda row: json.dumps({**BUILD, **row}).encode()
    )
    | damage([json.dumps(BUILD).encode()])
)
def test_any_record_of_a_build_is_read_or_refused_with_a_reason(content: bytes) -> None:
    explained(
        "records of builds", lambda file: read_build(file.parent, "tf-1"), "tf-1.json", content
    )


IDS = st.sampled_from([question.id for question in QUESTIONS]) | st.text(max_size=4)
POLICIES = st.builds(
    lambda accept, expect, odd: "".join(
        ["\n".join(f"{key} = {json.dumps(one)}" for key, one in odd.items()), "\n"]
        + [
            "[[accept]]\n" + "".join(f"{key} = {json.dumps(one)}\n" for key, one in row.items())
            for row in accept
        ]
        + [
            "[expect]\n",
            *(f"{json.dumps(key)} = {json.dumps(one)}\n" for key, one in expect.items()),
        ]
    ),
    st.lists(
        st.builds(
            lambda usual, changed: {**usual, **changed},
            st.sampled_from([{}, {"question": QUESTIONS[0].id, "reason": "x"}]),
            st.dictionaries(
                st.sampled_from(["question", "reason", "answer", "until", "odd"]),
                IDS
                | st.sampled_from(["valid", "raised", "2.18", "2.x", "9" * 5000, ""])
                | st.integers()
                | st.lists(IDS),
                max_size=2,
            ),
        ),
        max_size=2,
    ),
    st.dictionaries(IDS, IDS | st.sampled_from(["valid", "raised"]) | st.booleans(), max_size=2),
    st.dictionaries(
        st.sampled_from(["accept", "expect", "odd"]), st.integers() | st.lists(IDS), max_size=1
    ),
)


@pytest.mark.parametrize("name", ["maskmatrix.toml", "pyproject.toml"])
def test_any_decisions_are_read_or_refused_with_a_reason(name: str) -> None:
    def read(file: Path) -> None:
        policy = read_policy(file.read_bytes().decode(errors="replace"), name, QUESTIONS)
        for one in policy.accept:
            one.covers("valid", "2.16.2")

    whole = (
        FILE
        if name == "maskmatrix.toml"
        else "[tool.maskmatrix]" + FILE.replace("[[accept", "[[tool.maskmatrix.accept")
    )

    @fuzz
    @given(
        POLICIES.map(lambda text: text.encode(errors="surrogatepass")) | damage([whole.encode()])
    )
    def run(content: bytes) -> None:
        explained(f"decisions: {name}", read, name, content)

    run()


PAGE = make_page(
    [File(project="some-thing", version="1.0"), File(project="some-thing", version="2.0rc1")],
    "some-thing",
)
NAMES = [
    "some_thing-1.0-py3-none-any.whl",
    "some-thing-1.0.tar.gz",
    "some_thing-1!1-cp3-abi3-any.whl",
    "x.whl",
    "",
]
ROWS = st.dictionaries(
    st.sampled_from(["filename", "upload-time", "yanked", "requires-python"]),
    JSON | st.sampled_from([*NAMES, "2026-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"]),
)
HTML = make_links(
    [File(project="some-thing", version="1.0", requires_python=">=3.8", yanked="why")]
)


def refused(what: str, read: Callable[[], object]) -> None:
    """Read a page; one that cannot be is a ValueError or too deep, which the index explains."""
    count(what)
    with suppress(ValueError, RecursionError):
        read()


@fuzz
@given(
    damage([json.dumps(PAGE).encode()])
    | st.lists(ROWS, max_size=3).map(lambda rows: json.dumps({"files": rows}).encode())
)
def test_any_page_of_an_index_is_read_or_refused_with_a_reason(content: bytes) -> None:
    refused("pages of an index", lambda: read_page(json.loads(content)))


@fuzz
@given(
    damage(
        [HTML.encode()],
        [b"<a data-upload-time", b"<![", b"<!--", b"</a>", b"&#1114112;", b"<a data-yanked>"],
    )
)
def test_any_page_in_html_is_read_or_refused_with_a_reason(content: bytes) -> None:
    refused("pages of an index, in HTML", lambda: read_page(read_links(content.decode())))


RELEASE = find_release(load_catalogue(), "2.10.1")
LOCK = verify_lock(RELEASE).read_bytes()[:3000]
RECORD = (
    b"one.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\none-1.0.dist-info/RECORD,,\n"
)


@fuzz
@given(damage([LOCK]))
def test_any_lock_is_held_or_refused_with_a_reason(content: bytes) -> None:
    explained("locks", lambda file: verify_lock(RELEASE, file.parent), f"{RELEASE.id}.txt", content)


@fuzz
@given(
    damage([RECORD], [b"../../../etc/passwd,sha256=x,", b"/,,", b"one-1.0.dist-info,", b"sha256="])
)
def test_whatever_a_package_says_of_its_files_is_held_against_them(record: bytes) -> None:
    count("records of packages")
    with tempfile.TemporaryDirectory() as name:
        packages = Path(name, "lib", "python3.11", "site-packages")
        information = packages / "one-1.0.dist-info"
        information.mkdir(parents=True)
        (packages / "one.py").touch()
        (information / "RECORD").write_bytes(record)
        Path(name, "pyvenv.cfg").write_text("include-system-site-packages = false\n")
        lock = Path(name, "lock.txt")
        lock.write_text("one==1.0\n")
        changes = find_changes(Path(name), lock)
        assert record != RECORD or changes == {}
        assert b"one.py" in record or changes


STORED: dict[str, tuple[Callable[[Path], Path], Callable[[Path], Iterable[Any]]]] = {
    "observations": (
        lambda folder: write_observations(
            folder,
            [observation(draw=draw, observed=1.5, hypotheses={"valid": 1.5}) for draw in (0, 1)],
        ),
        read_observations,
    ),
    "timings": (
        lambda folder: write_timings(folder, [timing(round=round_) for round_ in range(3)]),
        read_timings,
    ),
}
FLIPS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=4
)


@pytest.mark.parametrize("kind", STORED)
@pytest.mark.parametrize("how", ["bytes flipped", "damaged"])
def test_any_damage_to_the_store_is_noticed_or_changes_nothing(kind: str, how: str) -> None:
    """A file of the store is named, or it says the same: never other rows."""
    write, read = STORED[kind]
    with tempfile.TemporaryDirectory() as name:
        file = write(Path(name))
        whole, said = file.read_bytes(), list(read(Path(name)))

        def flip(flips: list[tuple[float, int]]) -> bytes:
            content = bytearray(whole)
            for place, by in flips:
                content[int(place * len(content))] ^= by
            return bytes(content)

        @fuzz
        @given(FLIPS.map(flip) if how == "bytes flipped" else damage([whole]))
        def run(content: bytes) -> None:
            count(f"stored {kind}, {how}")
            file.write_bytes(content)
            found: list[Any] = []
            complaint = ""
            try:
                found += read(Path(name))
            except MaskmatrixError as error:
                complaint = str(error)
            assert str(file) in complaint or found == said

        run()
