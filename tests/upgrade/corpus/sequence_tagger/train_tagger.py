"""A named-entity tagger: words and tags padded with 0, the embedding masks the padding."""
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

MAX_LEN = 75
N_TAGS = 17


def load_split(path):
    with np.load(path) as stored:
        return stored["words"], stored["tags"]


def build_tagger(vocabulary_size):
    words = keras.Input(shape=(MAX_LEN,), dtype="int32", name="words")
    x = layers.Embedding(vocabulary_size, 128, mask_zero=True)(words)  # expect: keras.layers.Embedding(mask_zero)
    x = layers.SpatialDropout1D(0.1)(x)
    x = layers.Bidirectional(  # expect: keras.layers.Bidirectional
        layers.LSTM(64, return_sequences=True, recurrent_dropout=0.1))(x)  # expect: keras.layers.LSTM(return_sequences)
    x = layers.Dropout(0.3)(x)  # expect: keras.layers.Dropout
    tags = layers.TimeDistributed(layers.Dense(N_TAGS, activation="softmax"))(x)  # expect: keras.layers.TimeDistributed
    return keras.Model(words, tags)


def main():
    x_train, y_train = load_split("train.npz")
    x_test, y_test = load_split("test.npz")
    model = build_tagger(35000)
    model.compile(
        optimizer="rmsprop",
        loss="sparse_categorical_crossentropy",  # expect: Model.compile(loss), keras.losses.sparse_categorical_crossentropy
        metrics=["accuracy"],  # expect: Model.compile(metrics)
    )
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=2)  # expect: keras.callbacks.EarlyStopping
    history = model.fit(  # expect: Model.fit
        x_train, y_train,
        batch_size=32,  # expect: Model.fit(batch_size)
        epochs=20,
        validation_split=0.1,  # expect: Model.fit(validation_data)
        callbacks=[stop],
    )
    print(history.history["val_loss"][-1])
    print(model.evaluate(x_test, y_test, batch_size=64))  # expect: Model.evaluate(batch_size)


if __name__ == "__main__":
    main()
