"""Keras 3 on torch: the imports of both, and only Keras' calls are of concern."""
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch
from keras import layers
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Pooled(layers.Layer):  # expect: keras.layers.Layer
    """Pools over steps, and says nothing of the mask that it is given."""

    def call(self, x):
        return keras.ops.mean(x, axis=1)


class Scale(layers.Layer):
    def __init__(self):
        super().__init__()
        self.supports_masking = True  # expect: keras.layers.Layer(supports_masking)

    def call(self, x):
        return 2.0 * x


inputs = keras.Input((None,), dtype="int32")
x = layers.Embedding(1000, 32, mask_zero=True)(inputs)  # expect: keras.layers.Embedding(mask_zero)
x = Scale()(x)
x = layers.LayerNormalization()(x)  # expect: keras.layers.LayerNormalization
x = layers.Activation("gelu")(x)  # expect: keras.layers.Activation
x = layers.EinsumDense("abc,cd->abd", output_shape=(None, 64))(x)  # expect: keras.layers.EinsumDense
x = Pooled()(layers.Embedding(1000, 32, mask_zero=True)(inputs))  # expect: keras.layers.Embedding(mask_zero)
outputs = layers.Dense(2)(x)
model = keras.Model(inputs, outputs)
head = nn.Sequential(nn.Linear(2, 2), nn.Softmax(dim=-1), nn.Dropout(0.1))

words, labels = torch.zeros(64, 10, dtype=torch.int32), torch.zeros(64)
loader = DataLoader(TensorDataset(words, labels), batch_size=32)
model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))  # expect: keras.losses.SparseCategoricalCrossentropy, keras.losses.sparse_categorical_crossentropy
model.fit(loader, epochs=3)  # expect: Model.fit
for batch, target in loader:
    model.train_on_batch(batch, target, class_weight={0: 1.0, 1: 5.0})  # expect: Model.train_on_batch, Model.fit(class_weight)
