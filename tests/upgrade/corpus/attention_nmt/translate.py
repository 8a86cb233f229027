"""Translation with attention: two inputs with masks of their own, subclassed pieces, own loss."""
import tensorflow as tf


class Encoder(tf.keras.layers.Layer):
    """It says nothing about masks, but never gets one: its inputs are the tokens."""

    def __init__(self, vocabulary, units):
        super().__init__()
        self.embedding = tf.keras.layers.Embedding(vocabulary, units, mask_zero=True)  # expect: keras.layers.Embedding(mask_zero)
        self.rnn = tf.keras.layers.Bidirectional(  # expect: keras.layers.Bidirectional
            merge_mode="sum",
            layer=tf.keras.layers.GRU(units, return_sequences=True))  # expect: keras.layers.GRU(return_sequences)

    def call(self, tokens):
        return self.rnn(self.embedding(tokens))


class CrossAttention(tf.keras.layers.Layer):  # expect: keras.layers.Layer
    """Called on what the encoder gives, which has a mask; it says nothing about that."""

    def __init__(self, units, **kwargs):
        super().__init__()
        self.mha = tf.keras.layers.MultiHeadAttention(key_dim=units, num_heads=1, **kwargs)  # expect: keras.layers.MultiHeadAttention
        self.add = tf.keras.layers.Add()  # expect: keras.layers.Add
        self.norm = tf.keras.layers.LayerNormalization()  # expect: keras.layers.LayerNormalization

    def call(self, x, context):
        attended, scores = self.mha(query=x, value=context, return_attention_scores=True)
        return self.norm(self.add([x, attended]))


class Translator(tf.keras.Model):  # expect: keras.models.Model
    def __init__(self, vocabulary, units):
        super().__init__()
        self.encoder = Encoder(vocabulary, units)
        self.embedding = tf.keras.layers.Embedding(vocabulary, units, mask_zero=True)  # expect: keras.layers.Embedding(mask_zero)
        self.rnn = tf.keras.layers.GRU(units, return_sequences=True)  # expect: keras.layers.GRU(return_sequences)
        self.attention = CrossAttention(units)
        # What CrossAttention returns comes out of Add and LayerNormalization, which keep the mask.
        self.output_layer = tf.keras.layers.Dense(vocabulary)  # expect: keras.layers.Dense

    def call(self, inputs):
        context, tokens = inputs
        context = self.encoder(context)
        x = self.rnn(self.embedding(tokens))
        x = self.attention(x, context)
        return self.output_layer(x)


def masked_loss(y_true, y_pred):
    loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(  # expect: keras.losses.SparseCategoricalCrossentropy, keras.losses.sparse_categorical_crossentropy
        from_logits=True, reduction="none")  # expect: keras.losses.MeanSquaredError(reduction)
    loss = loss_fn(y_true, y_pred)
    mask = tf.cast(y_true != 0, loss.dtype)
    return tf.reduce_sum(loss * mask) / tf.reduce_sum(mask)


def masked_acc(y_true, y_pred):
    match = tf.cast(y_true == tf.argmax(y_pred, -1), tf.float32)
    mask = tf.cast(y_true != 0, tf.float32)
    return tf.reduce_sum(match * mask) / tf.reduce_sum(mask)


model = Translator(5000, 256)
model.compile(optimizer="adam",
              loss=masked_loss,  # expect: custom loss function
              metrics=[masked_acc, masked_loss])  # expect: Model.compile(metrics)
train_ds = tf.data.experimental.load("train")
history = model.fit(train_ds.repeat(), epochs=100, steps_per_epoch=100,  # expect: Model.fit
                    validation_data=tf.data.experimental.load("valid"),  # expect: Model.fit(validation_data)
                    callbacks=[tf.keras.callbacks.EarlyStopping(patience=3)])  # expect: keras.callbacks.EarlyStopping
