"""A real Apache Kafka and a real Redis from packages alone: no Docker, no installed Java, no root.

``up``, ``down`` and ``status`` keep one pair in a directory, for people. ``start_kafka``,
``start_redis`` and the two ``start_*_cluster`` give single servers that can be killed, paused and
restarted, for tests of what happens then. Everything listens on 127.0.0.1 alone.
"""

from consumers.embedded.kafka_jars import Progress
from consumers.embedded.kafka_server import start_cluster as start_kafka_cluster
from consumers.embedded.kafka_server import start_kafka
from consumers.embedded.pair import Services, Status, default_directory, down, status, up
from consumers.embedded.redis_server import start_cluster as start_redis_cluster
from consumers.embedded.redis_server import start_redis
from consumers.embedded.server import Server

__all__ = [
    "Progress",
    "Server",
    "Services",
    "Status",
    "default_directory",
    "down",
    "start_kafka",
    "start_kafka_cluster",
    "start_redis",
    "start_redis_cluster",
    "status",
    "up",
]
