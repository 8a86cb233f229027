"""Tests of what an observation means."""
