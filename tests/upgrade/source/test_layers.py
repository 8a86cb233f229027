"""Layers of ones own: which lose a mask, keep it, or make one."""

import pytest

from tests.upgrade.source.snippets import HEAD, MASKING, seen

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
