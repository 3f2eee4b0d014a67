"""The pure core: case tables and properties."""
