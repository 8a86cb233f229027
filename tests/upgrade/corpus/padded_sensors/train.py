"""The other file of the program: it never says keras, and trains what the first one builds."""
import argparse

import numpy as np

from model import PADDING, make_model


def pad(series, length):
    out = np.full((len(series), length, series[0].shape[1]), PADDING, dtype="float32")
    for row, one in zip(out, series):
        row[: len(one)] = one
    return out


def run(arguments):
    series = list(np.load(arguments.data, allow_pickle=True))
    x = pad(series, max(map(len, series)))
    weights = (x[..., 0] != PADDING).astype("float32")
    network = make_model(x.shape[-1])
    network.fit(x[:, :-1], x[:, 1:, :1],  # expect: Model.fit
                sample_weight=weights[:, 1:],  # expect: Model.fit(sample_weight)
                epochs=arguments.epochs)
    network.save("forecast.keras")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--epochs", type=int, default=10)
    run(parser.parse_args())
