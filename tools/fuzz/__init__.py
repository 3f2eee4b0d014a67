"""Coverage-guided fuzzing of all that reads foreign bytes; ``python -m tools.fuzz`` runs it."""
