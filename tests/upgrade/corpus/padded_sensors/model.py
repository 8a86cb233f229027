"""Sensor readings of unequal length, padded with -10, one forecast a step."""
import tensorflow as tf
from tensorflow.keras.layers import Dense, GRU as Recurrent, Input, Masking as Skip
from tensorflow.keras.models import Model

PADDING = -10.0


def make_model(n_features, units=(64, 32)):
    inputs = Input(shape=(None, n_features))
    x = Skip(mask_value=PADDING)(inputs)  # expect: keras.layers.Masking, keras.layers.Masking(mask_value)
    for size in units:
        x = Recurrent(size, return_sequences=True)(x)  # expect: keras.layers.GRU(return_sequences)
    outputs = Dense(1)(x)  # expect: keras.layers.Dense
    model = Model(inputs=inputs, outputs=outputs)
    model.compile(optimizer=tf.keras.optimizers.SGD(0.05, clipnorm=1.0), loss="mse")  # expect: Model.compile(loss)
    return model
