"""The fault campaign: real services, real workers, faults drawn from a seed, and a checker.

``load`` writes articles of which it knows by construction what may come of them; ``faults`` breaks
things; ``checker`` reads the topics from their beginning and knows nothing of the pipeline's code;
``planted`` breaks the worker on purpose, to show that the checker would see it. ``python -m
tools.campaign --help`` runs it.
"""
