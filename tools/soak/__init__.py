"""The soak: hours of steady load at a share of the measured ceiling, a burst, and a backlog.

``make soak`` runs it on a Kafka and a Redis of its own, with the worker as ``copydesk work`` starts
it, and prints what it saw as JSON; ``--plot`` draws it.
"""
