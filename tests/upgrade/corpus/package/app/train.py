"""Trains both; the weights go to the one without a mask."""
from app.models import make_tagger
from app.models.tagger import make_classifier

from .data import weighted_batches


def main():
    tagger = make_tagger(100)
    tagger.compile("adam", "sparse_categorical_crossentropy")  # expect: Model.compile(loss), keras.losses.sparse_categorical_crossentropy
    tagger.fit(weighted_batches(2))  # expect: Model.fit
    classifier = make_classifier()
    classifier.compile("adam", "mse")  # expect: Model.compile(loss)
    classifier.fit([0], [1], sample_weight=[1])  # expect: Model.fit(sample_weight)
