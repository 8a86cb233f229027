"""Three ways to write a train_step of one's own."""
import tensorflow as tf
from tensorflow import keras


class Base(keras.Model):
    """Only a base: no mask is made in it."""

    def train_step(self, data):  # expect: Model.train_step
        x, y, w = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x, y, y_pred, w)  # expect: Model.compute_loss
        self._apply(tape, loss)
        return {"loss": loss}

    def _apply(self, tape, loss):
        variables = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


class WithCompiledLoss(Base):
    def train_step(self, data):  # expect: Model.train_step
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compiled_loss(y, self(x, training=True))  # expect: Model.compiled_loss
        self._apply(tape, loss)
        return {m.name: m.result() for m in self.metrics}


class WithLossObject(Base):  # expect: keras.models.Model
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.mask = keras.layers.Masking(0.0)  # expect: keras.layers.Masking, keras.layers.Masking(mask_value)
        self.rnn = keras.layers.LSTM(8, return_sequences=True)  # expect: keras.layers.LSTM(return_sequences)
        self.head = keras.layers.Dense(4, activation="softmax")  # expect: keras.layers.Dense
        self.loss_object = keras.losses.SparseCategoricalCrossentropy(ignore_class=0)  # expect: keras.losses.SparseCategoricalCrossentropy, keras.losses.sparse_categorical_crossentropy, keras.losses.SparseCategoricalCrossentropy(ignore_class)

    def call(self, x, training=False):
        return self.head(self.rnn(self.mask(x)))

    def train_step(self, data):  # expect: Model.train_step
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.loss_object(y, self(x, training=True))
        self._apply(tape, loss)
        return {"loss": loss}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):  # expect: Model.compute_loss
        return self.loss_object(y, y_pred, sample_weight)


class Scheduler:
    """Not a model: its methods are its own business."""

    def train_step(self, data):
        return self.compute_loss(data)

    def compute_loss(self, data):
        return sum(data)


def run(dataset):
    model = WithLossObject()
    model.compile(optimizer="sgd")
    model.fit(dataset, epochs=2)  # expect: Model.fit
