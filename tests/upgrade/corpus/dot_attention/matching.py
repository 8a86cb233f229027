"""Attention over what an encoder with a mask gives, with the masks handed in by hand, too."""
import tensorflow as tf

L = tf.keras.layers


def matcher(vocabulary):
    query = tf.keras.Input((None,), dtype="int64")
    text = tf.keras.Input((None,), dtype="int64")
    embed = L.Embedding(vocabulary, 64, mask_zero=True)  # expect: keras.layers.Embedding(mask_zero)
    attended = L.Attention()([embed(query), embed(text)])  # expect: keras.layers.Attention
    pooled = L.GlobalAveragePooling1D()(attended)  # expect: keras.layers.GlobalAveragePooling1D
    return tf.keras.Model([query, text], L.Dense(1)(pooled))


class Reader(L.Layer):
    """Takes the mask by hand: `mask=` is as good as one that comes with the tensor."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.mha = L.MultiHeadAttention(2, units)  # expect: keras.layers.MultiHeadAttention
        self.gru = L.GRU(units, return_sequences=True)  # expect: keras.layers.GRU(return_sequences)
        self.supports_masking = True  # expect: keras.layers.Layer(supports_masking)

    def call(self, x, mask=None):
        wide = mask[:, tf.newaxis] if mask is not None else None
        return self.gru(self.mha(x, x, attention_mask=wide), mask=mask)


class Pool(L.Layer):
    """Ends the mask and says so: of no concern as a layer that says nothing."""

    def compute_mask(self, inputs, mask=None):
        return None

    def call(self, x, mask=None):
        if mask is None:
            return tf.reduce_mean(x, axis=1)
        kept = tf.cast(mask, x.dtype)[..., tf.newaxis]
        return tf.reduce_sum(x * kept, axis=1) / tf.reduce_sum(kept, axis=1)


def reader(vocabulary):
    tokens = tf.keras.Input((None,))
    x = L.Embedding(vocabulary, 32, mask_zero=True)(tokens)  # expect: keras.layers.Embedding(mask_zero)
    x = Pool()(Reader(32)(x))
    return tf.keras.Model(tokens, L.Dense(3, activation="softmax")(x))
