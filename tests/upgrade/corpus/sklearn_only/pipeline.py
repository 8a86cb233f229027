"""No Keras at all: scikit-learn has fit, sample_weight and class_weight, too."""
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight


class Model:
    """Nothing but a name in common."""

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y, sample_weight=None):
        self.estimator.fit(X, y, sample_weight=sample_weight)
        return self

    def evaluate(self, X, y, sample_weight=None):
        return self.estimator.score(X, y, sample_weight=sample_weight)


def main():
    X, y = np.load("x.npy"), np.load("y.npy")
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y)
    w = compute_sample_weight("balanced", y_train)
    forest = RandomForestClassifier(class_weight="balanced").fit(X_train, y_train, sample_weight=w)
    pipe = make_pipeline(StandardScaler(), LogisticRegression())
    pipe.fit(X_train, y_train, logisticregression__sample_weight=w)
    model = Model(forest)
    model.fit(X_train, y_train, sample_weight=w)
    print(model.evaluate(X_test, y_test, sample_weight=None), model.fit(X_train, y_train))


main()
