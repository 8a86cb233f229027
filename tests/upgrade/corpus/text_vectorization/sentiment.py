"""Text in, TextVectorization first; a second model without masks in the same file."""
import tensorflow as tf
from tensorflow.keras import layers, losses
from tensorflow.keras.layers.experimental.preprocessing import TextVectorization

vectorize = TextVectorization(max_tokens=10000, output_mode="int", output_sequence_length=250)


def with_mask(encoder):
    return tf.keras.Sequential([
        encoder,
        tf.keras.layers.Embedding(  # expect: keras.layers.Embedding(mask_zero)
            input_dim=len(encoder.get_vocabulary()), output_dim=64, mask_zero=True),
        tf.keras.layers.Bidirectional(tf.keras.layers.LSTM(64)),  # expect: keras.layers.Bidirectional, keras.layers.LSTM
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dense(1),
    ])


def without_mask():
    model = tf.keras.Sequential()
    model.add(layers.Embedding(10001, 16))
    model.add(layers.Dropout(0.2))
    model.add(layers.Conv1D(64, 7, activation="relu"))
    model.add(layers.MaxPooling1D(5))
    model.add(layers.GlobalAveragePooling1D())
    model.add(layers.Dense(1))
    return model


model = with_mask(vectorize)
model.compile(loss=losses.BinaryCrossentropy(from_logits=True),  # expect: keras.losses.binary_crossentropy
              optimizer="adam")
train, valid = tf.keras.utils.text_dataset_from_directory("aclImdb", subset="both", validation_split=0.2)
model.fit(train, epochs=10, validation_data=valid)  # expect: Model.fit, Model.fit(validation_data)
other = without_mask()
other.compile(loss=losses.BinaryCrossentropy(from_logits=True), optimizer="adam")  # expect: keras.losses.binary_crossentropy
other.fit(train, epochs=10)
