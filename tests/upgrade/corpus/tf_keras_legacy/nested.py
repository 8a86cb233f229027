"""tf-keras, and a model used as a layer in another."""
import tf_keras as keras
from tf_keras import layers
from tf_keras.src.engine.sequential import Sequential


def encoder(vocabulary):
    tokens = keras.Input((None,))
    x = layers.Embedding(vocabulary, 8, mask_zero=True)(tokens)  # expect: keras.layers.Embedding(mask_zero)
    x = layers.GRU(8, return_sequences=True)(x)  # expect: keras.layers.GRU(return_sequences)
    return keras.Model(tokens, x, name="encoder")


def tagger(vocabulary, tags):
    tokens = keras.Input((None,))
    x = encoder(vocabulary)(tokens)  # expect: keras.models.Model
    feed_forward = Sequential([
        layers.Dense(8, activation="relu"),  # expect: keras.layers.Dense
        layers.Dropout(0.1),  # expect: keras.layers.Dropout
    ])
    x = feed_forward(x)  # expect: keras.models.Model
    return keras.Model(tokens, layers.Dense(tags)(x))  # expect: keras.layers.Dense


def image_model(backbone):
    """Nested, too, and no mask in it."""
    image = keras.Input((32, 32, 3))
    x = keras.applications.ResNet50(include_top=False, pooling="avg")(image)
    return keras.Model(image, layers.Dense(2)(x))
