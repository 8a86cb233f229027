"""Class weights for rare classes: no masks, and metrics in a list made elsewhere."""
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.utils.class_weight import compute_class_weight
from tensorflow import keras

METRICS = [
    keras.metrics.BinaryCrossentropy(name="cross entropy"),
    keras.metrics.MeanSquaredError(name="Brier score"),
    keras.metrics.Recall(name="recall"),
]


def make_model(metrics=METRICS):
    model = keras.Sequential([
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=1e-3),
        loss=keras.losses.BinaryCrossentropy(),  # expect: keras.losses.binary_crossentropy
        metrics=metrics)  # expect: Model.compile(metrics)
    return model


def main(train_x, train_y, val_x, val_y):
    values = compute_class_weight("balanced", classes=np.unique(train_y), y=train_y)
    class_weight = dict(enumerate(values))
    baseline = LogisticRegression(class_weight=class_weight)
    baseline.fit(train_x, train_y)
    model = make_model()
    model.fit(
        train_x, train_y,
        batch_size=2048,  # expect: Model.fit(batch_size)
        epochs=100,
        callbacks=[keras.callbacks.EarlyStopping(monitor="val_prc", mode="max", patience=10)],  # expect: keras.callbacks.EarlyStopping
        validation_data=(val_x, val_y),  # expect: Model.fit(validation_data)
        class_weight=class_weight)  # expect: Model.fit(class_weight)
