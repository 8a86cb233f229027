"""Mixed precision in its three spellings; float32 and bfloat16 do not overflow."""
import argparse

import tensorflow as tf
from tensorflow.keras import mixed_precision
from tensorflow.keras.mixed_precision import experimental as old


def choose(kind):
    if kind == "new":
        mixed_precision.set_global_policy("mixed_float16")  # expect: keras.mixed_precision
    elif kind == "old":
        policy = old.Policy("mixed_float16")  # expect: keras.mixed_precision
        old.set_policy(policy)  # expect: keras.mixed_precision
    elif kind == "tpu":
        mixed_precision.set_global_policy("mixed_bfloat16")
    else:
        tf.keras.mixed_precision.set_global_policy("float32")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kind", default="new")
    parser.add_argument("--loss", default="mse")
    arguments = parser.parse_args()
    choose(arguments.kind)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.compile("sgd", loss=arguments.loss)  # expect: Model.compile(loss)
    optimizer = mixed_precision.LossScaleOptimizer(tf.keras.optimizers.SGD())  # expect: keras.mixed_precision
    return model, optimizer


main()
print(mixed_precision.global_policy().name)
