"""What the readers are given: how often, and whole samples that are damaged somewhere."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from harness.errors import ExitCode, MaskmatrixError
from tests.faults.conftest import count
from tests.faults.place import LONG

TIMES = 2000 if LONG else 200
fuzz = settings(
    max_examples=TIMES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
SIGNS = [
    b'"',
    b"'",
    b"[",
    b"]",
    b"{",
    b"}",
    b"(",
    b"=",
    b"\n",
    b"\\\n",
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
]
NESTED = [*SIGNS, b'{"a":', b"[[", b"- ", b"a = [", b"a.", b"-", b"not "]
WORDS = [b"nan", b"1e999", b"-1", b"9" * 400, b"null", b"true", b"*", b"&a ", b"!!", b"9" * 5000]


def damage(samples: Sequence[bytes], words: Sequence[bytes] = ()) -> st.SearchStrategy[bytes]:
    """Return samples in which a few places are cut out, written over, repeated or torn off."""
    junk = st.one_of(
        st.binary(max_size=8),
        st.sampled_from([*SIGNS, *WORDS, *words]),
        st.builds(
            lambda sample, at, length: sample[at : at + length],
            st.sampled_from(samples),
            st.integers(0, 400),
            st.integers(0, 60),
        ),
        st.builds(bytes.__mul__, st.sampled_from(NESTED), st.integers(1, 5000)),
    )
    edit = st.tuples(st.just(0.0) | st.floats(0, 1), st.integers(0, 30) | st.just(10**6), junk)

    def apply(sample: bytes, edits: Sequence[tuple[float, int, bytes]]) -> bytes:
        for place, length, put in edits:
            at = int(place * len(sample))
            sample = sample[:at] + put + sample[at + length :]
        return sample

    return st.builds(apply, st.sampled_from(samples), st.lists(edit, max_size=4))


def explained(what: str, read: Callable[[Path], object], name: str, content: bytes) -> None:
    """Read a file; anything but a value or an explained error is a fault of ours.

    An error has to tell what is wrong, and to end as bad input does. Here an input is counted.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        refusal = None
        count(what)
        try:
            read(file)
        except MaskmatrixError as error:
            refusal = error
        assert refusal is None or (refusal.what and refusal.exit_code != ExitCode.INTERNAL)
