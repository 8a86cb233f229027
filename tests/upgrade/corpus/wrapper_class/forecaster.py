"""A model kept in an attribute of a class that is itself fitted like an estimator."""
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from tensorflow.keras import Sequential, layers
from tensorflow.keras.models import load_model


class Forecaster(BaseEstimator, RegressorMixin):
    def __init__(self, units=8, path=None):
        self.units = units
        self.path = path
        self.model = None

    def _build(self):
        return Sequential([
            layers.Masking(mask_value=-1.0),  # expect: keras.layers.Masking, keras.layers.Masking(mask_value)
            layers.LSTM(self.units),  # expect: keras.layers.LSTM
            layers.Dense(1),
        ])

    def fit(self, X, y, sample_weight=None):
        self.model = load_model(self.path) if self.path else self._build()
        self.model.compile(optimizer="adam", loss="mse",  # expect: Model.compile(loss)
                           weighted_metrics=["mae"])  # expect: Model.compile(weighted_metrics)
        self.history_ = self.model.fit(  # expect: Model.fit
            X, y,
            sample_weight=sample_weight,  # expect: Model.fit(sample_weight)
            validation_split=0.25)  # expect: Model.fit(validation_data)
        return self

    def score(self, X, y, sample_weight=None):
        return -self.model.evaluate(X, y, 16,  # expect: Model.evaluate(batch_size)
                                    sample_weight=sample_weight)  # expect: Model.evaluate(sample_weight)


def cross_validate(X, y, w):
    estimator = Forecaster()
    estimator.fit(X, y, sample_weight=w)
    return estimator.score(X, y, sample_weight=w)
