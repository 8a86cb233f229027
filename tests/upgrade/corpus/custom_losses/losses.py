"""Losses of one's own: a class, a function that makes one, a plain function, a third party's."""
import keras
import keras.losses
from keras import ops


class MaskedMAE(keras.losses.Loss):  # expect: custom loss function
    def __init__(self, name="masked_mae"):
        super().__init__(reduction="sum_over_batch_size", name=name)  # expect: keras.losses.MeanSquaredError(reduction)

    def call(self, y_true, y_pred):
        mask = ops.cast(ops.not_equal(y_true, 0), "float32")
        return ops.sum(ops.abs(y_true - y_pred) * mask, axis=-1)


class Focal(keras.losses.BinaryCrossentropy):  # expect: custom loss function
    def call(self, y_true, y_pred):
        return super().call(y_true, y_pred) * ops.abs(y_true - y_pred)


def weighted(positive):
    def loss(y_true, y_pred):
        return ops.square(y_true - y_pred) * (1 + positive * y_true)
    return loss


def huberish(y_true, y_pred):
    return ops.minimum(ops.square(y_true - y_pred), 1.0)
