"""Names bound anew: a module in a variable, a class in a dict, a call through getattr."""
import importlib

import tensorflow as tf

K = tf.keras
Q = K.layers
Dense = Q.Dense
RNN = {"lstm": Q.LSTM, "gru": Q.GRU}["gru"]


def stack(kind="LSTM", depth=3, width=16):
    cell = getattr(Q, "LSTM")
    layers = [Q.Masking()]  # expect: keras.layers.Masking
    for level in range(depth):
        last = level == depth - 1
        layers.append(cell(width, return_sequences=not last))  # expect: keras.layers.LSTM(return_sequences), keras.layers.LSTM
    return K.Sequential(layers)


def tagger():
    x = inputs = K.Input((None, 2))
    for layer in (Q.Masking(), RNN(4, return_sequences=True), Dense(2)):  # expect: keras.layers.Masking, keras.layers.GRU(return_sequences), keras.layers.Dense
        x = layer(x)
    return K.Model(inputs, x)


def shadowed():
    """A name of Keras', bound to something else: not Keras."""
    Masking = dict
    layers = importlib.import_module("statistics")
    return Masking(), layers.mean([1, 2])


settings = dict(optimizer="sgd", loss="mse", metrics=["mae"])
model = tagger()
model.compile(**settings)  # expect: Model.compile(loss), Model.compile(metrics)
