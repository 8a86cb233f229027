"""Models that come from outside: only keywords that no other library has count."""
import tensorflow as tf
from tensorflow import keras


def fine_tune(model, x, y, w):
    model.compile(optimizer="adam", loss="mse", weighted_metrics=["mae"])  # expect: Model.compile(loss), Model.compile(weighted_metrics)
    model.fit(x, y, epochs=3, sample_weight=w)  # expect: Model.fit(sample_weight)
    model.train_on_batch(x, y)  # expect: Model.train_on_batch
    return model.evaluate(x, y, batch_size=8)  # expect: Model.evaluate(batch_size)


def any_estimator(model, x, y, w):
    # It may be scikit-learn's: nothing says that it is Keras'.
    model.fit(x, y, sample_weight=w)
    model.reset_metrics()
    return model.evaluate(x, y)


class LossHistory(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.losses = []

    def on_batch_end(self, batch, logs=None):
        self.losses.append(logs.get("loss"))


recorder = keras.callbacks.History()  # expect: keras.callbacks.History
