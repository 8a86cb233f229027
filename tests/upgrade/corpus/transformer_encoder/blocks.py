"""A transformer whose mask is computed by a layer of one's own; operators in it end the mask."""
import keras
from keras import layers, ops


class TokensAndPositions(layers.Layer):
    def __init__(self, vocabulary, length, width):
        super().__init__()
        self.tokens = layers.Embedding(vocabulary, width)
        self.positions = layers.Embedding(length, width)

    def call(self, inputs):
        return self.tokens(inputs) + self.positions(ops.arange(ops.shape(inputs)[-1]))

    def compute_mask(self, inputs, mask=None):  # expect: keras.layers.Masking
        return ops.not_equal(inputs, 0)


class Tokens(layers.Layer):
    """Asks the embedding in it, which makes none: no mask comes from here."""

    def __init__(self, vocabulary, width):
        super().__init__()
        self.embedding = layers.Embedding(vocabulary, width)

    def call(self, inputs):
        return self.embedding(inputs)

    def compute_mask(self, inputs, mask=None):
        return self.embedding.compute_mask(inputs)


class Block(layers.Layer):
    def __init__(self, width, heads):
        super().__init__()
        self.attention = layers.MultiHeadAttention(heads, width // heads)  # expect: keras.layers.MultiHeadAttention
        self.norm = layers.LayerNormalization()
        self.supports_masking = True  # expect: keras.layers.Layer(supports_masking)

    def call(self, x, mask=None):
        # The sum has no mask of its own: what Block supports is what gets out.
        return self.norm(x + self.attention(x, x))


def classifier(vocabulary, length, width=64):
    inputs = keras.Input((length,), dtype="int32")
    x = TokensAndPositions(vocabulary, length, width)(inputs)
    x = Block(width, 4)(x)
    x = layers.Dropout(0.1)(x)  # expect: keras.layers.Dropout
    x = layers.GlobalMaxPooling1D()(x)
    x = layers.Dense(20, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(2, activation="softmax")(x))


def bag_of_words(vocabulary, width=64):
    inputs = keras.Input((None,), dtype="int32")
    x = Tokens(vocabulary, width)(inputs)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(inputs, layers.Dense(2)(x))
