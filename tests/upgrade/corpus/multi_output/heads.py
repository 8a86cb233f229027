"""Two outputs, labels in dicts, some of them missing, and a callback on the loss of one."""
import matplotlib.pyplot as plt
import pandas as pd
import tensorflow as tf
from tensorflow.keras import Input, Model, callbacks, layers


def two_heads(vocabulary):
    tokens = Input((None,), name="tokens")
    x = layers.Embedding(vocabulary, 64, mask_zero=True)(tokens)  # expect: keras.layers.Embedding(mask_zero)
    x = layers.LSTM(32, return_sequences=True)(x)  # expect: keras.layers.LSTM(return_sequences)
    tags = layers.Dense(9, activation="softmax", name="tags")(x)  # expect: keras.layers.Dense
    pooled = layers.GlobalAveragePooling1D()(x)  # expect: keras.layers.GlobalAveragePooling1D
    topic = layers.Dense(4, activation="softmax", name="topic")(pooled)
    return Model(tokens, {"tags": tags, "topic": topic})


def train(x, tags, topic, topic_known):
    model = two_heads(10000)
    model.compile(
        "adam",
        loss={"tags": "sparse_categorical_crossentropy", "topic": "sparse_categorical_crossentropy"},  # expect: Model.compile(loss), keras.losses.sparse_categorical_crossentropy
        loss_weights={"tags": 1.0, "topic": 0.2},  # expect: Model.compile(loss_weights)
        metrics={"tags": ["accuracy"]},  # expect: Model.compile(metrics)
    )
    labels = {"tags": tags, "topic": topic}
    log = model.fit(  # expect: Model.fit
        x,
        labels,  # expect: Model.fit(y)
        sample_weight={"topic": topic_known},  # expect: Model.fit(sample_weight)
        validation_split=0.1,  # expect: Model.fit(validation_data)
        callbacks=[
            callbacks.EarlyStopping("val_tags_loss", patience=3),  # expect: keras.callbacks.EarlyStopping, keras.callbacks.EarlyStopping(monitor)
            callbacks.ModelCheckpoint("best.keras", monitor="val_topic_loss"),  # expect: keras.callbacks.EarlyStopping(monitor)
            callbacks.ReduceLROnPlateau(monitor="val_loss"),
        ],
    )
    plt.plot(log.history["loss"])
    plt.plot(log.history["tags_loss"])  # expect: keras.callbacks.History
    pd.DataFrame(log.history).to_csv("log.csv")  # expect: keras.callbacks.History
    return model.evaluate(x, labels, sample_weight={"topic": topic_known})  # expect: Model.evaluate(sample_weight)
