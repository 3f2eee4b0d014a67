"""Timings, printed and never asserted: make bench."""
