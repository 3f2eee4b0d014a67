"""Training of the subject model: corpora, word vectors, features and fit."""
