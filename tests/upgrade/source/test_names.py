"""One name for each API, from whatever way it was imported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.upgrade.source.names import canonical, leaf_of, makes_model

TABLE = """
tensorflow.keras.layers.LSTM                        keras.layers.LSTM
tensorflow._api.v2.compat.v1.keras.layers.LSTM      keras.layers.LSTM
tensorflow.python.keras.layers.recurrent.LSTM       keras.layers.LSTM
keras._tf_keras.keras.layers.LSTM                   keras.layers.LSTM
keras.api._v2.keras.layers.LSTM                     keras.layers.LSTM
keras.src.layers.rnn.lstm.LSTM                      keras.layers.LSTM
tf_keras.src.engine.training.Model                  keras.models.Model
keras.engine.topology.Layer                         keras.layers.Layer
keras.Model                                         keras.models.Model
keras.Sequential                                    keras.models.Sequential
keras.src.models.functional.Functional              keras.models.Model
keras.Layer                                         keras.layers.Layer
keras.Loss                                          keras.losses.Loss
keras.objectives.mse                                keras.losses.mse
keras.layers.Convolution1D                          keras.layers.Conv1D
keras.config.set_dtype_policy                       keras.mixed_precision.set_dtype_policy
keras.config.floatx                                 keras.config.floatx
keras.saving.load_model                             keras.models.load_model
keras.layers                                        keras.layers
keras                                               keras
tensorflow.compat.v1                                tensorflow
tensorflow.compat.v1.data.Dataset                   tensorflow.data.Dataset
sklearn.svm.SVC                                     sklearn.svm.SVC
kerasx.layers.LSTM                                  kerasx.layers.LSTM
"""


@pytest.mark.parametrize("row", TABLE.strip().splitlines())
def test_table(row: str) -> None:
    path, name = row.split()
    assert canonical(path) == name


@given(
    st.lists(
        st.sampled_from(["keras", "tensorflow", "src", "api", "layers", "LSTM", "Model", "x"]),
        min_size=1,
    )
)
def test_a_canonical_name_is_its_own(parts: list[str]) -> None:
    name = canonical(".".join(parts))
    assert canonical(name) == name


def test_leaves_and_makers() -> None:
    assert leaf_of("keras.layers.LSTM", "layers") == "LSTM"
    assert leaf_of("keras.losses.mse", "layers") == ""
    assert makes_model("keras.models.Sequential")
    assert makes_model("keras.applications.ResNet50")
    assert not makes_model("keras.applications.resnet.preprocess_input".lower())
    assert not makes_model("keras.models.save_model")
