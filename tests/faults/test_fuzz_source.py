"""A user's code, at random and hostile: it is read or skipped with a reason, and that soon."""

import ast
import json
import re
from encodings.aliases import aliases

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.conftest import count
from tests.faults.place import LONG
from tests.upgrade.marked import CORPUS
from tests.upgrade.source.promised import HEAD, SOUND, scan

TIMES = 2000 if LONG else 100
fuzz = settings(
    max_examples=TIMES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
PROGRAMS = [file.read_bytes() for file in sorted(CORPUS.rglob("*.py"))]
NOTEBOOK = next(CORPUS.rglob("*.ipynb")).read_bytes()
TOKEN = re.compile(rb"\w+|[^\S\n]+|.|\n", re.DOTALL)
PLACES = st.integers(0, 2**31)
NAMES = st.sampled_from(["program.py", "book.ipynb"])
COOKIES = st.one_of(st.sampled_from(sorted({*aliases, *aliases.values()})), st.text(max_size=12))


@fuzz
@given(st.binary(max_size=400), NAMES, st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\0"]))
def test_any_bytes(data: bytes, name: str, mark: bytes) -> None:
    count("code: bytes")
    scan({name: mark + data})


@fuzz
@given(COOKIES, st.one_of(st.binary(max_size=100), st.sampled_from(PROGRAMS)))
def test_any_encoding_that_is_declared(cookie: str, data: bytes) -> None:
    count("code: encodings declared")
    scan({"program.py": b"# coding: " + cookie.encode(errors="surrogatepass") + b"\n" + data})


@fuzz
@given(st.sampled_from(PROGRAMS), st.sampled_from(sorted(set(aliases.values()))))
def test_any_encoding_that_is_not(program: bytes, encoding: str) -> None:
    count("code: encodings not declared")
    try:
        data = program.decode("latin-1").encode(encoding, errors="replace")
    except (LookupError, UnicodeError, ValueError, TypeError):
        return  # it is no encoding of texts
    scan({"program.py": data})


@fuzz
@given(st.text(max_size=300), NAMES)
def test_any_text(text: str, name: str) -> None:
    count("code: texts")
    scan({name: text.encode(errors="surrogatepass")})


EDITS = st.lists(st.tuples(st.integers(0, 7), PLACES, PLACES), min_size=1, max_size=8)
JUNK = [b"\0", b"\xff", b"\x0c", b"\\", b'"""', b"(", b"]", b"lambda: ", b"\xe2\x80\xae", b"\t"]


def edit(pieces: list[bytes], edits: list[tuple[int, int, int]]) -> bytes:
    """Return the pieces, with some left out, doubled, swapped, moved, or with junk between."""
    pieces = [*pieces]
    for kind, one, other in edits:
        here, there = one % len(pieces), other % len(pieces)
        match kind:
            case 0:
                del pieces[here : here + 1 + other % 3]
            case 1:
                pieces.insert(here, pieces[here])
            case 2:
                pieces[here], pieces[there] = pieces[there], pieces[here]
            case 3:
                pieces.insert(there, pieces.pop(here))
            case 4:
                pieces[here:here] = pieces[there : there + 5]
            case 5:
                pieces[here] = b"    " + pieces[here]
            case 6:
                pieces[here] = pieces[here].lstrip()
            case _:
                pieces.insert(here, JUNK[other % len(JUNK)])
        pieces = pieces or [b""]
    return b"".join(pieces)


@fuzz
@given(st.sampled_from(PROGRAMS), EDITS)
def test_programs_with_their_lines_changed(
    program: bytes, edits: list[tuple[int, int, int]]
) -> None:
    count("code: programs with lines changed")
    scan({"program.py": edit(program.splitlines(keepends=True) or [b""], edits)})


@fuzz
@given(st.sampled_from(PROGRAMS), EDITS)
def test_programs_with_their_words_changed(
    program: bytes, edits: list[tuple[int, int, int]]
) -> None:
    count("code: programs with words changed")
    scan({"program.py": edit(TOKEN.findall(program) or [b""], edits)})


def parsed(program: bytes) -> ast.Module | None:
    try:
        return ast.parse(program)
    except (SyntaxError, ValueError):
        return None


class Exchange(ast.NodeTransformer):
    """Puts other expressions and statements in the place of some: what comes out is a program."""

    def __init__(self, donor: ast.AST, chosen: list[int]) -> None:
        self.given: dict[type[ast.AST], list[ast.AST]] = {}
        for node in ast.walk(donor):
            for kind in (ast.expr, ast.stmt):
                if isinstance(node, kind):
                    self.given.setdefault(kind, []).append(node)
        self.chosen = chosen
        self.at = 0

    def visit(self, node: ast.AST) -> ast.AST:
        self.at += 1
        loaded = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        for kind, others in self.given.items():
            if isinstance(node, kind) and loaded:
                for number in self.chosen:
                    if number % 211 == self.at % 211:
                        return others[(number + self.at) % len(others)]
        return ast.NodeTransformer.generic_visit(self, node)


@fuzz
@given(
    st.sampled_from([one for one in PROGRAMS if parsed(one)]),
    st.sampled_from([one for one in PROGRAMS if parsed(one)]),
    st.lists(PLACES, min_size=1, max_size=6),
)
def test_sound_programs_that_mean_nothing(one: bytes, other: bytes, chosen: list[int]) -> None:
    tree, donor = ast.parse(one), ast.parse(other)
    text = ast.unparse(ast.fix_missing_locations(Exchange(donor, chosen).visit(tree)))
    if parsed(text.encode()):
        count("code: sound programs that mean nothing")
        found = scan({"program.py": text.encode()})
        assert found.files == 2


FLOWS = """
a = [a, b]|a = b + [a]|a += a|a = {'k': a, **b}|a.append(b)|a = a['k']|a, b = b, a|a = a[0]
a = lambda x: b(x)|a = keras.Sequential([a, b])|a.add(b)|a = keras.layers.Masking()(b)
a = layers.LSTM(4, return_sequences=True)(a)|a = keras.Model(b, a)|a = a(b)|a = b(a, a)|a = a.b
a = layers.Bidirectional(a)(b)|a = layers.TimeDistributed(a)|a.fit(a, b, sample_weight=c)|c = a
a.compile('sgd', loss=b, loss_weights=[a])|a.b = a|a.c = b|a['k'] = b|del a|global a|a = super()
import program|from program import *|from . import other as a|from other import b|import keras as a
for a in b:@    b = a|while a:@    a = [a]|with a as b:@    c = b|try:@    a = b@except a:@    b = a
if a:@    b = a@else:@    a = c|def a(b, c=a):@    return a(b)|def b(*c):@    return a(c), b
def c(a):@    global b@    b = a@    yield c|class a(b):@    c = b|class b(keras.layers.Layer):@    a = b
class c(a):@    def call(self, x):@        self.b = x@        return self.b(self.c)|class a(a):@    pass
class b(keras.Model):@    def __init__(self):@        super().__init__()@        self.a = a()
class a(b):@    @property@    def c(self):@        return self.c|a = [b for b in a if (c := b)]
a = tf.data.Dataset.from_generator(b).map(a)|a = (yield a)|a = b if a else c|a = f'{a!r:{b}}'
match a:@    case [b, *c]:@        a = c|a = sorted(b, key=a)|a = getattr(keras, 'layers')|a = zip(a, b)
a = functools.partial(b, a)|a = tf.function(a)|h = a.fit(b); h.history['x_loss']|a = {b: a}
""".replace("\n", "|").strip("|")
LINES = st.sampled_from([one.replace("@", "\n") for one in FLOWS.split("|")])


@fuzz
@given(st.lists(st.tuples(LINES, st.integers(0, 2)), max_size=25), st.lists(LINES, max_size=8))
def test_flows_that_turn_back_on_themselves(lines: list[tuple[str, int]], more: list[str]) -> None:
    count("code: flows that turn back on themselves")
    text, within = HEAD, 0
    for line, deeper in lines:
        within = min(within + 1, 5) if deeper == 2 else max(0, within - deeper)
        opened = "".join(f"{'    ' * at}def f{at}(a, b=0, *c):\n" for at in range(within))
        text += opened + "".join(f"{'    ' * within}{part}\n" for part in line.split("\n"))
    other = HEAD + "\n".join(more) + "\n"
    scan({"program.py": text.encode(), "other.py": other.encode(), "keras.py": SOUND})


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just("\ud800")
)
SOURCES = st.one_of(
    SCALARS,
    st.lists(st.one_of(SCALARS, LINES, st.sampled_from(["%%time\n", "!ls \\\n", "x?\n", "\r"]))),
    st.dictionaries(st.text(max_size=3), SCALARS),
)
CELLS = st.dictionaries(
    st.sampled_from(["cell_type", "source", "input", "metadata", "cells"]),
    st.one_of(st.just("code"), SOURCES),
)
NOTEBOOKS = st.dictionaries(
    st.sampled_from(["cells", "worksheets", "metadata", "nbformat"]),
    st.one_of(
        SCALARS,
        st.lists(CELLS, max_size=4),
        st.lists(st.fixed_dictionaries({"cells": st.lists(CELLS, max_size=3)}), max_size=3),
        st.dictionaries(
            st.sampled_from(["language_info", "kernelspec"]),
            st.one_of(SCALARS, st.dictionaries(st.sampled_from(["name", "language"]), SCALARS)),
        ),
    ),
)


@fuzz
@given(NOTEBOOKS)
def test_notebooks_of_any_shape(book: object) -> None:
    count("code: notebooks of any shape")
    scan({"book.ipynb": json.dumps(book).encode()})


@fuzz
@given(EDITS)
def test_notebooks_with_their_words_changed(edits: list[tuple[int, int, int]]) -> None:
    count("code: notebooks with words changed")
    scan({"book.ipynb": edit(TOKEN.findall(NOTEBOOK), edits)})


@fuzz
@given(
    st.lists(st.sampled_from([*"abk", "keras", "__init__", "ü", " ", "\n", "\udce9"]), max_size=4),
    st.lists(LINES, max_size=5),
)
def test_files_of_any_name(parts: list[str], lines: list[str]) -> None:
    count("code: names of files")
    path = "/".join(["x", *(part for part in parts if part != "")]) + ".py"
    scan({path: (HEAD + "\n".join(lines)).encode()})
