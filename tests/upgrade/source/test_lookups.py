"""What a name means, from whatever way it was imported."""

import pytest

from tests.upgrade.source.snippets import MASKING, seen

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


def test_names_of_a_star_import_are_those_of_its_module() -> None:
    assert seen("from tensorflow.keras import *\nMasking()\nm = Model()\nm.fit(x, epochs=1)") == []
    found = seen("from tensorflow.keras import *\nm = Model()\nm.fit(x, sample_weight=w)")
    assert found == ["3 Model.fit(sample_weight)"]
