"""Tests of the taggers."""
