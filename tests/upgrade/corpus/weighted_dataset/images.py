"""A tf.data pipeline that gives (x, y, sample_weight): weights without the word in fit."""
import tensorflow as tf

AUTOTUNE = tf.data.AUTOTUNE


def add_sample_weights(image, label):
    class_weights = tf.constant([2.0, 2.0, 1.0])
    class_weights = class_weights / tf.reduce_sum(class_weights)
    sample_weights = tf.gather(class_weights, indices=tf.cast(label, tf.int32))
    return image, label, sample_weights


def scale(image, label):
    return tf.cast(image, tf.float32) / 255.0, label


def pipeline(images, labels, weighted):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).map(scale, num_parallel_calls=AUTOTUNE)
    if weighted:
        dataset = dataset.map(add_sample_weights)
    return dataset.batch(32).prefetch(AUTOTUNE)


def unet():
    inputs = tf.keras.layers.Input((128, 128, 3))
    x = tf.keras.layers.Conv2D(16, 3, padding="same")(inputs)
    x = tf.keras.layers.BatchNormalization()(x)
    x = tf.keras.layers.ReLU()(x)
    x = tf.keras.layers.Concatenate()([x, inputs])
    return tf.keras.Model(inputs, tf.keras.layers.Conv2D(3, 1)(x))


images, labels, test_images, test_labels, test_weights = (None,) * 5
model = unet()
model.compile(optimizer="adam",
              loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),  # expect: keras.losses.SparseCategoricalCrossentropy, keras.losses.sparse_categorical_crossentropy
              weighted_metrics=["accuracy"])  # expect: Model.compile(weighted_metrics)
model.fit(pipeline(images, labels, weighted=True), epochs=1)  # expect: Model.fit(sample_weight)
test = tf.data.Dataset.from_tensor_slices((test_images, test_labels, test_weights)).batch(32)
model.evaluate(test)  # expect: Model.evaluate(sample_weight)
