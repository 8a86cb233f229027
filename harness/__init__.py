"""maskmatrix: what each TensorFlow and Keras release does with masks, weights and reductions."""

__version__ = "0.1.0"
