from tensorflow import keras

from . import blocks
from .blocks import block as make_block


def make_tagger(vocabulary):
    tokens = keras.Input((None,))
    x = keras.layers.Embedding(vocabulary, 16, mask_zero=True)(tokens)  # expect: keras.layers.Embedding(mask_zero)
    return keras.Model(tokens, make_block(x, 16))


def make_classifier():
    image = keras.Input((28, 28))
    return keras.Model(image, blocks.plain_block(keras.layers.Flatten()(image), 10))
