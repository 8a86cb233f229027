"""What flows where: each case a few lines, and what must be seen in them."""

import pytest

from tests.upgrade.source.snippets import FIT, HEAD, MASKING, seen

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


def test_functions_that_are_gone_through_once_only() -> None:
    # `plain` knows nothing but its arguments; what it gives still counts in every later pass.
    text = f"{HEAD}def plain(x):\n    return x\nm = plain(keras.Model())\n{FIT}\n"
    assert seen(text) == ["5 Model.fit(sample_weight)"]


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
