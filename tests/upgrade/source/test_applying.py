"""Which layers a mask reaches, and where it ends."""

import pytest

from tests.upgrade.source.snippets import HEAD, MASKING, seen

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


def test_a_layer_that_functions_share() -> None:
    # What it meets in `go` must be known in the last pass, too: a mask elsewhere is no guess then.
    text = f"{HEAD}shared = layers.Dense(2)\ndef go(x):\n    return shared(x)\n"
    masked = "layers.Masking()(keras.Input((3, 2)))"
    assert seen(f"{text}go(keras.Input((3, 2)))\n{masked}\n") == [f"6 {MASKING}"]
    assert seen(f"{text}go({masked})\n") == ["2 keras.layers.Dense", f"5 {MASKING}"]
