"""A function that gets its tensor, with or without a mask, from elsewhere."""
from tensorflow.keras import layers


def block(x, width):
    x = layers.Dense(width, activation="relu")(x)  # expect: keras.layers.Dense
    return layers.Dropout(0.1)(x)  # expect: keras.layers.Dropout


def plain_block(x, width):
    """Only ever called on an image."""
    x = layers.Dense(width, activation="relu")(x)
    return layers.Dropout(0.1)(x)
