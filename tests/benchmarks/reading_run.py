"""Reads a topic as a replay does, in a process of its own, and prints what it took.

``python -m tests.benchmarks.reading_run KAFKA TOPIC [without]``: with ``without``, kafka-python finds
no crc32c and computes the checksums of batches in Python.
"""

from __future__ import annotations

import sys
import time


def main(kafka: str, topic: str, *without: str) -> None:
    if without:
        sys.modules["crc32c"] = None  # type: ignore[assignment]  # how Python says: not installed
    from consumers.kafka_client import connection, reading
    from consumers.settings import Settings

    settings = Settings(kafka=kafka)
    with connection.connect(settings) as open_:
        ranges = reading.stretches(open_, [topic])
    for name, read in (("by partition", reading.records), ("merged by time", reading.merged)):
        started, spent = time.perf_counter(), time.process_time()
        size = count = 0
        for record in read(settings, ranges):
            size += len(record.value or b"")
            count += 1
        took, cpu = time.perf_counter() - started, time.process_time() - spent
        how = "without crc32c" if without else "with crc32c"
        print(
            f"reading {name}, {how}: {count / took:,.0f} records/s, {size / took / 1e6:,.0f} MB/s "
            f"({count:,} of {size / count:,.0f} bytes); {count / cpu:,.0f} a second of CPU"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
