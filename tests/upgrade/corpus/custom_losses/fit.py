"""Uses each of them; with functions that only share a name with Keras' beside them."""
import functools

import keras
from focal_loss import sparse_categorical_focal_loss

from losses import Focal, MaskedMAE, huberish, weighted
from settings import LOSS


def compile_all(model_path, arguments):
    model = keras.models.load_model(model_path, compile=False)
    model.compile("sgd", loss=MaskedMAE())
    model.compile("sgd", loss=Focal(reduction="sum"))  # expect: keras.losses.MeanSquaredError(reduction)
    model.compile("sgd", loss=weighted(3.0))  # expect: custom loss function
    model.compile("sgd", huberish)  # expect: custom loss function
    model.compile("sgd", loss=lambda y, p: (y - p) ** 2)  # expect: custom loss function
    model.compile("sgd", loss=functools.partial(huberish))  # expect: custom loss function
    model.compile("sgd", loss=sparse_categorical_focal_loss)  # expect: custom loss function
    model.compile("sgd", loss=keras.losses.MeanSquaredError())  # expect: keras.losses.MeanSquaredError
    model.compile("sgd", loss=keras.losses.MeanSquaredError(reduction="none"))  # expect: keras.losses.MeanSquaredError, keras.losses.MeanSquaredError(reduction)
    model.compile("sgd", loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1))
    model.compile("sgd", loss=LOSS)  # expect: Model.compile(loss)
    return model
