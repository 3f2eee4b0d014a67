"""Kafka in the project's own words: the only folder that imports kafka-python.

``connection`` opens one and turns its errors into sentences; ``topics``, ``groups`` and ``offsets``
ask and change; ``reading`` and ``writing`` carry records; ``words`` are the records they speak in.

Rules:

1. Plain functions over frozen records; what cannot be known is None, never zero.
2. Every error is a ``CopydeskError`` (``sentences``); where Kafka is away it names the address.
3. Importing this package alone loads nothing: its modules pay for kafka-python (a quarter second).
"""
