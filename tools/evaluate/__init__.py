"""Evaluations on the held corpora: ``python -m tools.evaluate``."""
