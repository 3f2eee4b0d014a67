"""The lag page in a real browser."""
