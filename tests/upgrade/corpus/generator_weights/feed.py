"""Weights out of Python: a Sequence, a generator, and Dataset.from_generator."""
import math

import numpy as np
import tensorflow as tf
from tensorflow.keras.utils import Sequence


class Padded(Sequence):
    def __init__(self, x, y, batch):
        self.x, self.y, self.batch = x, y, batch

    def __len__(self):
        return math.ceil(len(self.x) / self.batch)

    def __getitem__(self, index):
        at = slice(index * self.batch, (index + 1) * self.batch)
        weights = (self.x[at] != 0).astype("float32")
        return self.x[at], self.y[at], weights


def batches(x, y):
    while True:
        at = np.random.randint(0, len(x), 32)
        yield x[at], y[at], np.ones(32)


def pairs(x, y):
    for one, other in zip(x, y):
        yield one, other


def train(model_path, x, y):
    model = tf.keras.models.load_model(model_path)
    model.fit(Padded(x, y, 32), epochs=1)  # expect: Model.fit(sample_weight)
    model.fit(batches(x, y), steps_per_epoch=10)  # expect: Model.fit(sample_weight)
    model.fit(pairs(x, y))
    triples = tf.data.Dataset.from_generator(
        lambda: batches(x, y),
        output_signature=(tf.TensorSpec((None,)), tf.TensorSpec(()), tf.TensorSpec(())))
    model.fit(triples.take(100), epochs=1)  # expect: Model.fit(sample_weight)
    model.fit(tf.data.Dataset.zip((triples, triples)))
