"""What a model is compiled and fitted with, and what is read of its history."""

import pytest

from tests.upgrade.source.snippets import seen


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
