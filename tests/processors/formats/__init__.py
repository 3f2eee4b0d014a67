"""Tests of the formats of the input."""
