"""Two branches meet: one with a mask, both, or neither."""
import tensorflow as tf
from tensorflow.keras.layers import (
    Add, Average, Concatenate, Dense, Embedding, GRU, Input, Masking, Multiply, add, concatenate, multiply,
)


def gated(features, vocabulary):
    readings = Input((None, features))
    words = Input((None,))
    left = Masking()(readings)  # expect: keras.layers.Masking
    left = GRU(16, return_sequences=True)(left)  # expect: keras.layers.GRU(return_sequences)
    right = Embedding(vocabulary, 16)(words)
    both = Add()([left, right])  # expect: keras.layers.Add
    gate = Dense(16, activation="sigmoid")(right)
    out = Multiply()([both, gate])  # expect: keras.layers.Multiply
    out = Concatenate()([out, left])  # expect: keras.layers.Concatenate
    return tf.keras.Model([readings, words], Dense(1)(out))  # expect: keras.layers.Dense


def with_functions(features):
    readings = Input((None, features))
    masked = Masking()(readings)  # expect: keras.layers.Masking
    a = add([masked, readings])  # expect: keras.layers.add
    b = multiply([a, readings])  # expect: keras.layers.multiply
    c = concatenate([b, masked], axis=-1)  # expect: keras.layers.concatenate
    return tf.keras.Model(readings, Average()([c, c]))


def residual_net(width):
    """Two branches, no mask in either."""
    inputs = Input((width,))
    x = Dense(width)(inputs)
    x = add([x, inputs])
    x = Add()([x, inputs])
    return tf.keras.Model(inputs, concatenate([x, inputs]))
