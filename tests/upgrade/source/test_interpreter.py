"""What flows where: each case a few lines, and what must be seen in them."""

import pytest

from tests.upgrade.source.snippets import HEAD, seen

MASKING = "keras.layers.Masking"
FIT = "m.fit(x, y, sample_weight=w)"

IMPORTS = {
    "import keras": "keras.layers.Masking()",
    "import keras as k": "k.layers.Masking()",
    "import keras.layers": "keras.layers.Masking()",
    "import keras.layers as l": "l.Masking()",
    "from keras import layers": "layers.Masking()",
    "from keras.layers import Masking as M": "M()",
    "from keras.layers import *": "Masking()",
    "import tensorflow": "tensorflow.keras.layers.Masking()",
    "import tensorflow as tf": "tf.keras.layers.Masking()",
    "import tensorflow.compat.v1 as tf": "tf.keras.layers.Masking()",
    "import tensorflow as tf2": "tf2.compat.v1.keras.layers.Masking()",
    "from tensorflow import keras as k": "k.layers.Masking()",
    "from tensorflow.python.keras import layers": "layers.Masking()",
    "from tensorflow.python.keras.layers.core import Masking": "Masking()",
    "from tensorflow.contrib.keras import layers": "layers.Masking()",
    "import tf_keras": "tf_keras.layers.Masking()",
    "from keras.src.layers.core.masking import Masking": "Masking()",
    "from keras.api.layers import Masking": "Masking()",
    "from keras.layers.core import Masking": "Masking()",
    "try:\n    from keras import layers\nexcept ImportError:\n    from tensorflow.keras import layers": (
        "layers.Masking()"
    ),
    "def load():\n    import keras\n    return keras": "load().layers.Masking()",
    "import importlib": "importlib.import_module('tensorflow.keras').layers.Masking()",
}


@pytest.mark.parametrize("imported", IMPORTS)
def test_a_class_is_known_by_any_import(imported: str) -> None:
    line = imported.count("\n") + 2
    assert seen(f"{imported}\n{IMPORTS[imported]}\n") == [f"{line} {MASKING}"]


@pytest.mark.parametrize(
    "text",
    [
        "from mine import Masking\nMasking()",
        "from torch.nn import Masking\nMasking()",
        "Masking()",
        "from keras.layers import Masking\nMasking = len\nMasking()",
        "from keras.layers import Masking\ndef f(Masking):\n    return Masking()\nf(len)",
        "from keras.layers import Masking\nx = 'Masking()'  # Masking()",
        "from keras.metrics import MeanSquaredError\nMeanSquaredError()",
        "import tensorflow as tf\ntf.nn.dropout(1)\ntf.layers.Masking()",
        "keras = object()\nkeras.layers.Masking()",
    ],
)
def test_a_bare_name_is_nothing(text: str) -> None:
    assert seen(text) == []


MODELS = {
    "a constructor": "m = keras.Sequential()",
    "load_model": "m = keras.models.load_model('m')",
    "a function": "def make():\n    return keras.Model()\nm = make()",
    "a function that is defined below": "def get():\n    return make()\ndef make():\n"
    "    return keras.Model()\nm = get()",
    "a class": "class M(keras.Model):\n    pass\nm = M()",
    "a class of a class": "class A(keras.Model):\n    pass\nclass M(A):\n    pass\nm = M()",
    "an attribute": "class H:\n    def __init__(self):\n        self.m = keras.Model()\nm = H().m",
    "a branch": "if x:\n    m = None\nelse:\n    m = keras.Model()",
    "the other branch": "if x:\n    m = keras.Model()\nelse:\n    m = None",
    "a conditional": "m = keras.Model() if x else None",
    "a dict": "m = {'a': keras.Model()}['a']",
    "a tuple": "n, m = 1, keras.Model()",
    "a tuple of a function": "def make():\n    return 1, keras.Model()\nn, m = make()",
    "a list": "for m in [keras.Model()]:\n    pass",
    "a with": "with strategy.scope():\n    m = keras.Model()",
    "a walrus": "print(m := keras.Model())",
    "a global": "def make():\n    global m\n    m = keras.Model()\nm = None\nmake()",
    "an argument": "def go(m):\n    m.fit(x, y, sample_weight=w)\ngo(keras.Model())\nm = 1",
    "a keyword": "def go(*, m):\n    m.fit(x, y, sample_weight=w)\ngo(m=keras.Model())\nm = 1",
    "a default": "def go(m=keras.Model()):\n    m.fit(x, y, sample_weight=w)\nm = 1",
    "a property": "class H:\n    @property\n    def m(self):\n        return keras.Model()\nm = H().m",
    "a lambda": "make = lambda: keras.Model()\nm = make()",
    "a static method": "class H:\n    @staticmethod\n    def make(n):\n        return n\n"
    "m = H.make(keras.Model())",
}


@pytest.mark.parametrize("how", MODELS)
def test_a_model_is_followed(how: str) -> None:
    found = seen(f"import keras\n{MODELS[how]}\n{FIT}\n")
    assert [one.split(" ", 1)[1] for one in found] == ["Model.fit(sample_weight)"], found


@pytest.mark.parametrize(
    "model",
    [
        "m = None",
        "from sklearn.svm import SVC\nm = SVC()",
        "class M:\n    pass\nm = M()",
        "import keras\nfrom sklearn.svm import SVC\nm = SVC()",
        "import keras\ndef go(m):\n    m.fit(x, y, sample_weight=w)\nm = 1",
        "import keras\nfrom xgboost import XGBClassifier as C\nm = C(); m.fit(x, callbacks=[])",
        "import keras\nm = keras.Model\nm = object()",
        "m = unknown()\nm.compile('sgd', loss='mse')\nm.fit(x, epochs=1)",
    ],
)
def test_what_is_no_model_of_keras_is_not_seen(model: str) -> None:
    assert seen(f"{model}\n{FIT}\n") == []


MASKS = {
    "LSTM(2)": ["keras.layers.LSTM"],
    "LSTM(2, return_sequences=True)": ["keras.layers.LSTM(return_sequences)"],
    "LSTM(2, return_sequences=False)": ["keras.layers.LSTM"],
    "LSTM(2, return_sequences=r)": ["keras.layers.LSTM", "keras.layers.LSTM(return_sequences)"],
    "GRU(2)": [],
    "Dense(2)": ["keras.layers.Dense"],
    "Conv2D(2, 3)": [],
    "Lambda(len)": ["keras.layers.Lambda"],
    "Lambda(len, mask=None)": ["keras.layers.Lambda"],
    "Embedding(2, 3)": [],
    "Embedding(2, 3, mask_zero=False)": [],
    "Embedding(2, 3, mask_zero=True)": ["keras.layers.Embedding(mask_zero)"],
    "Embedding(2, 3, mask_zero=zero)": ["keras.layers.Embedding(mask_zero)"],
    "Bidirectional(layers.GRU(2))": ["keras.layers.Bidirectional"],
    "TimeDistributed(layers.Dense(2))": ["keras.layers.TimeDistributed"],
}


@pytest.mark.parametrize("layer", MASKS)
def test_a_layer_under_a_mask(layer: str) -> None:
    listed = f"{HEAD}keras.Sequential([layers.Masking(),\nlayers.{layer}])\n"
    added = f"{HEAD}m = keras.Sequential(); m.add(layers.Masking())\nm.add(layers.{layer})\n"
    called = f"{HEAD}x = layers.Masking()(keras.Input((3, 2)))\nlayers.{layer}(x)\n"
    for text in (listed, added, called):
        assert seen(text) == [f"2 {MASKING}", *(f"3 {one}" for one in MASKS[layer])]


MASK_ENDS = [
    "LSTM(2)",
    "Bidirectional(layers.LSTM(2))",
    "Flatten()",
    "Conv1D(2, 3)",
    "GlobalAveragePooling1D()",
    "Embedding(2, 3)",
    "Lambda(len)",
    "MyNewLayer()",
]


@pytest.mark.parametrize("layer", MASK_ENDS)
def test_behind_a_layer_that_ends_the_mask_nothing_is_lost(layer: str) -> None:
    text = f"{HEAD}keras.Sequential([layers.Masking(), layers.{layer},\nlayers.Dense(2)])\n"
    assert not [one for one in seen(text) if one.startswith("3 ")]


@pytest.mark.parametrize("layer", ["Dropout(0.1)", "LSTM(2, return_sequences=True)", "ReLU()"])
def test_behind_a_layer_that_keeps_the_mask_it_can_be_lost(layer: str) -> None:
    text = f"{HEAD}keras.Sequential([layers.Masking(), layers.{layer},\nlayers.Dense(2)])\n"
    assert "3 keras.layers.Dense" in seen(text)


def test_a_layer_before_the_mask_has_none() -> None:
    text = f"{HEAD}keras.Sequential([layers.Dense(2),\nlayers.Masking(), layers.Dense(2)])\n"
    assert seen(text) == [f"3 {MASKING}", "3 keras.layers.Dense"]


UNITS = """
{head}
def with_mask():
    return layers.Masking()

def without():
    return layers.Dense(2)

def {name}():
    a, b = with_mask(), without()
    {body}
"""


def test_what_builds_a_model_joins_its_pieces() -> None:
    # Neither layer is applied here: whether the mask meets the layer is not known.
    text = UNITS.format(head=HEAD, name="build", body="return keras.Model(unknown(a, b), other)")
    assert any(one.endswith("keras.layers.Dense") for one in seen(text))


def test_what_only_calls_both_joins_nothing() -> None:
    text = UNITS.format(head=HEAD, name="main", body="return a, b")
    assert not any(one.endswith("keras.layers.Dense") for one in seen(text))


def test_modules_know_each_other() -> None:
    other = f"{HEAD}def make():\n    return keras.Sequential([layers.Masking()])\n"
    expected = ["3 Model.fit", "3 Model.fit(sample_weight)"]
    for imported in ("from other import make", "from other import *"):
        assert seen(f"{imported}\nm = make()\n{FIT}", other=other) == expected
    for imported in ("import other", "from . import other", "import other as o; other = o"):
        assert seen(f"{imported}\nm = other.make()\n{FIT}", other=other) == expected


def test_modules_that_import_each_other_in_a_circle() -> None:
    other = f"from program import x\n{HEAD}def make():\n    return keras.Model()\n"
    assert seen(f"from other import make\nx = 1\nm = make()\n{FIT}", other=other) == [
        "4 Model.fit(sample_weight)"
    ]


def test_endless_recursion_ends() -> None:
    text = f"{HEAD}def f(x):\n    return f(g(x))\ndef g(x):\n    return f(x)\nf(layers.Masking())\n"
    assert seen(text) == [f"6 {MASKING}"]
    assert seen(f"{HEAD}x = []\nx.append(x)\nx += x\nkeras.Model(x, x)(x)\n") == []
    looped = f"{HEAD}m = keras.Sequential()\nm.add(m)\nm.add(layers.Masking())\nm.add(m)\nm(m)\n"
    assert seen(looped) == [f"4 {MASKING}"]


@pytest.mark.parametrize(
    ("data", "weighed"),
    [
        ("Dataset.from_tensor_slices((x, y, w))", True),
        ("Dataset.from_tensor_slices((x, y))", False),
        ("Dataset.from_tensor_slices(((x, y, w), y))", False),
        ("Dataset.from_tensor_slices((x, y)).map(lambda x, y: (x, y, 1)).batch(2)", True),
        ("Dataset.from_tensor_slices((x, y, w)).map(lambda x, y, w: (x, y))", False),
        ("Dataset.zip((a, b, c)).prefetch(1)", True),
        ("Dataset.zip(a, b, c)", True),
        ("Dataset.zip((a, b))", False),
        ("Dataset.from_tensor_slices((x, y, w)).flat_map(len)", False),
        ("TFRecordDataset('f').map(lambda r: (r, r, r))", True),
    ],
)
def test_weights_in_a_dataset(data: str, *, weighed: bool) -> None:
    text = f"import keras, tensorflow as tf\nkeras.Model().fit(tf.data.{data})\n"
    assert seen(text) == (["2 Model.fit(sample_weight)"] if weighed else [])


@pytest.mark.parametrize(
    ("loss", "concerns"),
    [
        ("'mse'", ["Model.compile(loss)"]),
        ("keras.losses.mse", ["Model.compile(loss)"]),
        ("keras.losses.MeanSquaredError()", ["keras.losses.MeanSquaredError"]),
        ("lambda y, p: y - p", ["custom loss function"]),
        ("[f, 'mse']", ["Model.compile(loss)", "custom loss function"]),
        ("other.f", ["custom loss function"]),
        ("somewhere.f", ["custom loss function"]),
        ("somewhere.LOSS", ["Model.compile(loss)"]),
        ("unknown", ["Model.compile(loss)"]),
        ("somewhere.Crf().loss_function", ["custom loss function"]),
        ("somewhere.Thing().f", ["Model.compile(loss)"]),
        ("None", []),
    ],
)
def test_losses(loss: str, concerns: list[str]) -> None:
    head = "import keras, other, somewhere\ndef f(y, p):\n    return y - p\n"
    text = f"{head}keras.Model().compile('sgd', loss={loss})\n"
    assert seen(text, other="def f(y, p):\n    return y\n") == [f"4 {one}" for one in concerns]


@pytest.mark.parametrize(
    ("line", "concern"),
    [
        ("h.history['tags_loss']", "keras.callbacks.History"),
        ("h.history['val_loss']", None),
        ("h.history['accuracy']", None),
        ("print(h.history)", None),
        ("m.compile(loss={'a': f}); print(h.history)", "keras.callbacks.History"),
        ("m.compile(loss={'a': f}); print(h.history['loss'])", None),
    ],
)
def test_what_is_read_of_the_history(line: str, concern: str | None) -> None:
    found = seen(f"import keras\nm = keras.Model()\nh = m.fit(x)\n{line}\n")
    kept = [one for one in found if "compile" not in one]
    assert kept == ([f"4 {concern}"] if concern else [])


OWN_LAYER = """{head}
class Own(layers.Layer):
    {body}

x = layers.Masking()(keras.Input((3, 2)))
layers.Dense(2)(Own()(x))
"""


@pytest.mark.parametrize(
    ("body", "silent", "kept"),
    [
        ("pass", True, False),
        ("supports_masking = True", False, True),
        ("supports_masking = False", True, False),
        ("def __init__(self):\n        self.supports_masking = True", False, True),
        ("def compute_mask(self, inputs, mask=None):\n        return mask", False, True),
        ("def compute_mask(self, inputs, mask=None):\n        return None", False, False),
        ("def compute_mask(self, inputs, mask=None):\n        return inputs != 0", False, True),
        ("def call(self, x):\n        return x * 2", True, False),
        ("def call(self, x):\n        return layers.Dropout(0.1)(x)", True, True),
    ],
)
def test_a_layer_of_ones_own(body: str, *, silent: bool, kept: bool) -> None:
    found = seen(OWN_LAYER.format(head=HEAD, body=body))
    assert ("3 keras.layers.Layer" in found) is silent
    assert any(one.endswith("keras.layers.Dense") for one in found) is kept


@pytest.mark.parametrize(
    ("lines", "makes"),
    [
        ("return tf.not_equal(x, 0)", True),
        ("return x != self.mask_value", True),
        ("found = x != 0\n        return found", True),
        ("mask = x != 0\n        return mask", True),
        ("return self.inner.compute_mask(x)", True),
        ("return mask", False),
        ("return [mask, None]", False),
        ("mask = mask[0]\n        return mask", False),
        ("merged = mask[0] & mask[1]\n        return merged", False),
        ("return self.mask", False),
        ("return None", False),
        ("return self.plain.compute_mask(x)", False),
    ],
)
def test_a_layer_of_ones_own_that_makes_a_mask(lines: str, *, makes: bool) -> None:
    text = f"""{HEAD}
class Own(layers.Layer):
    def __init__(self):
        self.inner = layers.Embedding(2, 3, mask_zero=True)
        self.plain = layers.Embedding(2, 3)

    def compute_mask(self, x, mask=None):
        {lines}
"""
    assert (f"8 {MASKING}" in seen(text)) is makes


def test_a_layer_of_ones_own_behind_no_mask() -> None:
    text = OWN_LAYER.format(head=HEAD, body="pass").replace("layers.Masking()(", "(")
    assert seen(text) == []


def test_names_of_a_star_import_are_those_of_its_module() -> None:
    assert seen("from tensorflow.keras import *\nMasking()\nm = Model()\nm.fit(x, epochs=1)") == []
    found = seen("from tensorflow.keras import *\nm = Model()\nm.fit(x, sample_weight=w)")
    assert found == ["3 Model.fit(sample_weight)"]


def test_functions_that_are_gone_through_once_only() -> None:
    # `plain` knows nothing but its arguments; what it gives still counts in every later pass.
    text = f"{HEAD}def plain(x):\n    return x\nm = plain(keras.Model())\n{FIT}\n"
    assert seen(text) == ["5 Model.fit(sample_weight)"]


def test_a_layer_that_functions_share() -> None:
    # What it meets in `go` must be known in the last pass, too: a mask elsewhere is no guess then.
    text = f"{HEAD}shared = layers.Dense(2)\ndef go(x):\n    return shared(x)\n"
    masked = "layers.Masking()(keras.Input((3, 2)))"
    assert seen(f"{text}go(keras.Input((3, 2)))\n{masked}\n") == [f"6 {MASKING}"]
    assert seen(f"{text}go({masked})\n") == ["2 keras.layers.Dense", f"5 {MASKING}"]


@pytest.mark.parametrize(
    "line", ["x = x + x", "x += x", "x = [x, x]", "x = [*x, *x]", "x = {'a': x, 'b': x}"]
)
def test_what_doubles_line_by_line_stays_small(line: str) -> None:
    # Sixty doublings would have no end.
    text = f"{HEAD}x = [layers.Masking(), layers.Dense(2)]\n" + f"{line}\n" * 60 + "f(x)\n"
    assert seen(f"{text}keras.Sequential(x)\n")[0] == f"2 {MASKING}"


@pytest.mark.parametrize(
    "listed",
    ["[a] + [b]", "[*[a], *[b]]", "[] + [a] + [b]", "list([a, b])", "([a] if x else [a]) + [b]"],
)
def test_lists_keep_their_order(listed: str) -> None:
    text = f"{HEAD}a = layers.Masking()\nb = layers.Dense(2)\nkeras.Sequential({{}})\n"
    assert "3 keras.layers.Dense" in seen(text.format(listed))
    turned = listed.replace("a", "_").replace("b", "a").replace("_", "b").replace("list(", "list(")
    if "list" not in listed:
        assert "3 keras.layers.Dense" not in seen(text.format(turned))
