"""The pure core: values in, values out.

Rules of this room, held by the linter and by tests/test_architecture.py:

1. No clock, chance, environment, network, file or log. What the store knows, what the
   settings say and what time it is arrive as arguments.
2. Nothing here imports ``consumers``, Faust, a Kafka client or a Redis client.
3. The same arguments give the same bytes, on every machine, today and in a replay.
"""
