"""Which pieces of a program can have a mask in them."""

from tests.upgrade.source.snippets import HEAD, seen

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
