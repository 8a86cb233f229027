"""Laws that the scan must keep, whatever it is given."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.upgrade.source_scan import scan_source
from tests.upgrade.marked import CORPUS, PROGRAMS
from tests.upgrade.scanned import MASKED, findings, scan_text

WORDS = st.sampled_from(
    [
        "\n",
        "",
        "",
        "",
        "import",
        "from",
        "as",
        "keras",
        "tensorflow",
        "tf",
        "layers",
        "Masking",
        "LSTM",
        "Sequential",
        "Model",
        "model",
        "fit",
        "compile\n",
        "",
        "",
        "",
        "sample_weight",
        "=",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ".",
        ",",
        ":",
        "def",
        "class",
        "return",
        "lambda",
        "for",
        "in",
        "if",
        "else",
        "try",
        "except",
        "self\n",
        "",
        "",
        "",
        "x",
        "*",
        "**",
        "+",
        "@",
        "yield",
        "await",
        "None",
        "True",
        "'loss'",
        '"mse"',
        "0",
        "\n",
        "\t",
        "#",
        "%",
        "!",
        "?",
        "=",
        "==",
        "super",
        "()",
        "__init__",
        "call\n",
        "",
        "",
        "",
        "",
    ]
)

ARBITRARY = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=300).map(lambda text: text.encode(errors="surrogatepass")),
    st.lists(WORDS, max_size=60).map(lambda words: " ".join(words).encode()),
    st.lists(st.sampled_from([*MASKED.split("\n"), "model.add(model)", "x = [x]", "x += x"])).map(
        lambda lines: "\n".join(lines).encode()
    ),
)


@settings(max_examples=200, deadline=None)
@given(ARBITRARY, st.sampled_from(["program.py", "book.ipynb"]))
def test_no_text_is_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    scan = scan_text(folder, data, name)
    assert scan.files == 1 or scan.skipped


ALIASES = st.lists(
    st.from_regex(r"[A-Za-z_]{1,6}_", fullmatch=True), min_size=4, max_size=4, unique=True
)

RENAMED = """
import numpy as {0}
import tensorflow as {1}
from tensorflow.keras import layers as {2}
from tensorflow.keras.layers import Masking as {3}

def build():
    inputs = {1}.keras.Input((None, 3))
    x = {2}.LSTM(4, return_sequences=True)({3}()(inputs))
    return {1}.keras.Model(inputs, {2}.Dense(1)(x))

model = build()
model.compile("sgd", loss={1}.keras.losses.MeanSquaredError(reduction="sum"))
model.fit({0}.ones(3), {0}.ones(3), sample_weight={0}.ones(3))
"""


@settings(max_examples=25, deadline=None)
@given(ALIASES)
def test_findings_do_not_depend_on_the_names_of_imports(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("renamed")
    usual = scan_text(folder, RENAMED.format("np", "tf", "L", "Skip"))
    assert len(usual.sightings) == 7
    renamed = scan_text(folder, RENAMED.format(*names))
    assert findings(renamed) == findings(usual)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([name for name in PROGRAMS if name != "package"]), max_size=3))
def test_findings_do_not_depend_on_other_files(
    tmp_path_factory: pytest.TempPathFactory, others: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("beside")
    alone = findings(scan_text(folder, RENAMED.format("np", "tf", "L", "Skip")))
    for name in others:
        for file in (CORPUS / name).glob("*.py"):
            (folder / f"other_{file.name}").write_bytes(file.read_bytes())
    beside = findings(scan_source(folder))
    assert Counter({one: n for one, n in beside.items() if one[0] == "program.py"}) == alone
