"""The tests, by room; a test's name is its sentence."""
