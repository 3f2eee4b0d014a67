"""Messages of Kafka's protocol that kafka-python 3.0.12 has no schema for, in its own form of one.

Fields, types and versions are Kafka's (``clients/src/main/resources/common/message``).
"""
