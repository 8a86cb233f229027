"""Tests of how releases are measured, by real processes and without TensorFlow."""
