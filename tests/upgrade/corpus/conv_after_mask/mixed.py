"""Layers that do not hand a mask on, each right behind one that makes it."""
from tensorflow.keras import Model, layers as kl
from tensorflow.keras.layers import Input, Masking


def every_one(features):
    readings = Input((24, features))
    masked = Masking(name="padding")(readings)  # expect: keras.layers.Masking
    branches = [
        kl.Conv1D(8, 3, padding="same")(masked),  # expect: keras.layers.Conv1D
        kl.MaxPool1D(1)(masked),  # expect: keras.layers.MaxPooling1D
        kl.Reshape((24, features))(masked),  # expect: keras.layers.Reshape
        kl.Permute((1, 2))(masked),  # expect: keras.layers.Permute
        kl.UpSampling1D(1)(masked),  # expect: keras.layers.UpSampling1D
        kl.Cropping1D(0)(masked),  # expect: keras.layers.Cropping1D
        kl.ZeroPadding1D(0)(masked),  # expect: keras.layers.ZeroPadding1D
        kl.Lambda(lambda t: t * 2.0)(masked),  # expect: keras.layers.Lambda
    ]
    shrunk = kl.ReLU()(masked)  # expect: keras.layers.ReLU
    leaky = kl.LeakyReLU(0.1)(shrunk)  # expect: keras.layers.LeakyReLU
    soft = kl.Softmax(axis=-1)(leaky)  # expect: keras.layers.Softmax
    normal = kl.BatchNormalization()(soft)  # expect: keras.layers.BatchNormalization
    told = kl.Lambda(lambda t: t[..., :1], mask=lambda inputs, mask: mask)(normal)  # expect: keras.layers.Lambda(mask)
    branches.append(kl.Dense(1)(told))  # expect: keras.layers.Dense
    flat = kl.Flatten()(masked)  # expect: keras.layers.Flatten
    scaled = masked * 0.5 + 1.0
    # An operator ends the mask in every release, so that nothing is lost behind it.
    behind = kl.Dense(1)(scaled)
    head = kl.Dense(1)(kl.Dropout(0.5)(flat))
    return Model(readings, [*branches, behind, head])


def cnn(features):
    """The same layers without a mask."""
    inputs = Input((24, features))
    x = kl.Conv1D(8, 3)(inputs)
    x = kl.MaxPooling1D(2)(x)
    x = kl.LeakyReLU()(kl.ZeroPadding1D(1)(x))
    return Model(inputs, kl.Dense(1)(kl.Flatten()(x)))
