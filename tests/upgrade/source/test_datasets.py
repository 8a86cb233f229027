"""Weights that come in a dataset."""

import pytest

from tests.upgrade.source.snippets import seen


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
