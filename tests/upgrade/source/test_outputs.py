"""Which output a place is about, and whether a mask gets there."""

import pytest

from harness.upgrade.source.interpreter import interpret
from harness.upgrade.source.modules import Modules
from harness.upgrade.source.program import read_program
from tests.upgrade.source.snippets import HEAD


def located(text: str) -> list[str]:
    """Return ``LINE CONCERN: LINE OF THE MODEL [NAME] MASKED ...`` for what has an output."""
    program = read_program("program.py", text.encode())
    found = interpret({"program.py": program}, Modules(["program.py"])).sightings
    return [
        f"{one.line} {one.concern.rpartition('.')[2]}: "
        + " ".join(
            f"{output.model.split(':')[1]}{output.name and ' ' + output.name} {output.masked}"
            for output in one.outputs
        )
        for one in found
        if one.outputs
    ]


def test_what_a_model_is_told_is_about_that_model() -> None:
    text = HEAD + (
        "def tagger():\n"
        "    i = keras.Input((None, 2))\n"
        "    return keras.Model(i, layers.Dense(3)(layers.Masking()(i)))\n"
        "def plain():\n"
        "    i = keras.Input((2,))\n"
        "    return keras.Model(i, layers.Dense(3)(i))\n"
        "def main():\n"
        "    one, other = tagger(), plain()\n"
        "    one.compile('sgd', 'mse')\n"
        "    other.compile('sgd', 'mae', metrics=['mse'])\n"
        "    other.fit(0, 0, sample_weight=1)\n"
    )
    assert located(text) == [
        "4 Dense: 4 True",
        "4 Masking: 4 True",
        "10 compile(loss): 4 True",
        "11 compile(loss): 7 False",
        "11 compile(metrics): 7 False",
        "12 fit(sample_weight): 7 False",
    ]


def test_a_dict_is_about_the_outputs_it_names() -> None:
    text = HEAD + (
        "i = keras.Input((None, 2)); x = layers.Masking()(i)\n"
        "y = layers.GlobalMaxPooling1D()(x)\n"
        "m = keras.Model(i, {'tags': x, 'topic': y})\n"
        "m.compile('sgd', metrics={'tags': 'mse'})\n"
        "m.fit({'topic': 0}, 0, sample_weight={'topic': 1})\n"
        "m.fit(0, 0, sample_weight={key: 1 for key in m.output_names})\n"
        "m.fit(0, 0, sample_weight={'elsewhere': 1})\n"
    )
    assert located(text)[1:] == [
        "5 compile(metrics): 4 tags True",
        "6 fit: 4 tags True 4 topic False",
        "6 fit(sample_weight): 4 topic False",
        "7 fit: 4 tags True 4 topic False",
        "7 fit(sample_weight): 4 tags True 4 topic False",
        "8 fit: 4 tags True 4 topic False",
        "8 fit(sample_weight): 4 tags True 4 topic False",
    ]


@pytest.mark.parametrize(
    ("made", "masked"),
    [
        ("keras.Model(i, x)", True),
        ("keras.Model(i, [y, x])", True),
        ("keras.Model(i, y)", False),
        ("keras.Model(i, [y, i])", False),
        # What is not known may have a mask: something of a list, or another library's.
        ("keras.Model(i, [y, unknown])", None),
        ("keras.Model(i, {'a': y, **more})", None),
        ("keras.Model(i, [y, *unknown])", None),
        ("keras.Model(i, third.party(x))", None),
        ("keras.models.load_model('a.keras')", None),
        ("keras.Sequential([layers.Masking(), layers.Dense(1)])", True),
        ("keras.Sequential([layers.Dense(1)])", False),
        # One that ended has perhaps done so on one way only.
        ("keras.Sequential([layers.Masking(), layers.Flatten()])", None),
        ("keras.Sequential([*unknown, layers.Dense(1)])", None),
        ("keras.Sequential([layers.Dense(1)] + unknown)", None),
        ("keras.Sequential(unknown)", None),
        ("keras.Sequential()", None),
    ],
)
def test_masks_at_the_output(made: str, *, masked: bool | None) -> None:
    text = HEAD + (
        "import third\n"
        "i = keras.Input((None, 2)); x = layers.Masking()(i); y = layers.Flatten()(x)\n"
        f"m = {made}\n"
        "m.train_on_batch(0, 0)\n"
    )
    assert located(text)[-1] == f"5 train_on_batch: 4 {masked}"


def test_a_model_that_is_not_known_can_be_any() -> None:
    text = HEAD + (
        "m = keras.Sequential([layers.Dense(1)])\n"
        "def run(model): model.fit(0, 0, sample_weight=1, epochs=2)\n"
        "def block(x): return layers.LSTM(2, return_sequences=True)(layers.Masking()(x))\n"
    )
    assert located(text) == []


@pytest.mark.parametrize("other", ["third.make()", "unheard_of()"])
@pytest.mark.parametrize("order", [0, 1])
def test_a_model_that_is_perhaps_another_can_be_any(other: str, order: int) -> None:
    given = ["keras.Sequential([layers.Dense(1)])", other]
    text = HEAD + (
        "import third\n"
        "def run(model): model.fit(0, 0, sample_weight=1, epochs=2)\n"
        f"run({given[order]})\n"
        f"run({given[1 - order]})\n"
    )
    assert located(text) == []
    assert located(text.replace(other, "keras.Sequential()")) != []


def test_what_becomes_known_later_is_known() -> None:
    text = HEAD + (
        "def run(model): model.fit(0, 0, sample_weight=1, epochs=2)\n"
        "class Trainer:\n"
        "    def go(self): run(self.model)\n"
        "    def make(self): self.model = keras.Sequential([layers.Dense(1)])\n"
    )
    assert located(text) == ["2 fit(sample_weight): 5 False"]


def test_an_object_is_one_of_the_classes_above_it() -> None:
    text = HEAD + (
        "class Base(keras.Model):\n"
        "    def train_step(self, data): return {}\n"
        "class Tagger(Base):\n"
        "    def __init__(self): self.mask = layers.Masking()\n"
        "    def call(self, x): return self.mask(x)\n"
        "Tagger().compile('sgd', 'mse')\n"
    )
    assert [line for line in located(text) if "Model" not in line] == [
        "3 train_step: 2 None",
        "5 Masking: 2 None 4 True",
        "7 compile(loss): 2 None 4 True",
    ]


def test_a_layer_is_about_each_model_it_can_be_in() -> None:
    text = HEAD + (
        "mask = layers.Masking()\n"
        "other = keras.Sequential([layers.Dense(1)])\n"
        "def build():\n"
        "    i = keras.Input((None, 2))\n"
        "    return keras.Model(i, mask(i))\n"
        "def apart():\n"
        "    return keras.Sequential([layers.Masking()])\n"
        "def stack(layer):\n"
        "    return keras.Sequential([layer])\n"
        "class Made:\n"
        "    layer = layers.Masking()\n"
        "def main():\n"
        "    stack(Made.layer)\n"
    )
    assert located(text) == [
        "2 Masking: 3 False 6 True",
        "8 Masking: 8 True",
        "12 Masking: 10 True",
    ]


def test_a_layer_within_another_is_about_the_models_of_that() -> None:
    text = HEAD + (
        "class Block(layers.Layer):\n"
        "    def __init__(self): self.mask = layers.Masking()\n"
        "    def call(self, x): return self.mask(x)\n"
        "    def compute_mask(self, x, mask=None): return self.mask.compute_mask(x)\n"
        "class Silent(layers.Layer):\n"
        "    def call(self, x): return x\n"
        "class Kept:\n"
        "    block, silent = Block(), Silent()\n"
        "def build():\n"
        "    i = keras.Input((None, 2))\n"
        "    return keras.Model(i, Kept.silent(Kept.block(i)))\n"
    )
    models = [line.rpartition(" ")[0] for line in located(text)]
    assert models == ["3 Masking: 12", "5 Masking: 12", "6 Layer: 12"]


def test_a_layer_is_about_a_model_of_the_user_s_class_that_is_made_with_it() -> None:
    text = HEAD + (
        "class Own(keras.Model): pass\n"
        "def build():\n"
        "    i = keras.Input((None, 2)); x = layers.Masking()(i)\n"
        "    return Own(i, x), keras.Model(i, layers.Flatten()(x))\n"
    )
    assert "4 Masking: 2 None 5 False" in located(text)
