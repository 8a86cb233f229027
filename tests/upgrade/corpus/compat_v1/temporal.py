"""tf.compat.v1 with weights for each step, as sample_weight_mode asked for."""
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()

keras = tf.keras
L = keras.layers


def network(steps, features):
    model = keras.models.Sequential()
    model.add(L.InputLayer(input_shape=(steps, features)))
    model.add(L.Masking())  # expect: keras.layers.Masking
    model.add(L.SimpleRNN(16, return_sequences=True))  # expect: keras.layers.SimpleRNN(return_sequences)
    model.add(L.TimeDistributed(L.Dense(1)))  # expect: keras.layers.TimeDistributed
    model.compile(
        loss=keras.losses.mean_squared_error,  # expect: Model.compile(loss)
        optimizer=tf.train.AdamOptimizer(),
        sample_weight_mode="temporal",  # expect: Model.compile(sample_weight_mode)
        weighted_metrics=["mae"],  # expect: Model.compile(weighted_metrics)
    )
    return model


def train(generator, x_valid, y_valid, w_valid):
    net = network(20, 3)
    net.fit_generator(generator, steps_per_epoch=100, epochs=3,  # expect: Model.fit
                      validation_data=(x_valid, y_valid, w_valid),  # expect: Model.fit(validation_data), Model.evaluate(sample_weight)
                      class_weight=None)
    return net.evaluate(x_valid, y_valid, sample_weight=w_valid)  # expect: Model.evaluate(sample_weight)
