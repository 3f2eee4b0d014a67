"""Writes ``consumers/embedded/kafka.lock`` anew: ``python tools/lock_kafka.py 4.3.0``.

Resolves Apache Kafka's run-time dependencies with jgo from Maven Central, fetches the jars into a
temporary folder, and records each one's SHA-256, size and coordinate. Read the diff before it is
committed: from then on these files, and no others, are what the embedded services run.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

from jgo.maven import Artifact, MavenContext

LOCK = Path(__file__).parent.parent / "consumers" / "embedded" / "kafka.lock"
# Kafka names an interface for logging and leaves the choice of a logger open; this is the smallest,
# in the version of the interface that Kafka 4.3 asks for.
LOGGER = "org.slf4j:slf4j-simple:1.7.36"
WANTED = (None, "compile", "runtime")


def artifacts(version: str, folder: Path) -> list[Artifact]:
    """Kafka, its logger, and all that they need at run time."""
    context = MavenContext(repo_cache=folder, local_repos=[], timeout=30)
    roots = [
        context.create_dependency(coordinate)
        for coordinate in (f"org.apache.kafka:kafka_2.13:{version}", LOGGER)
    ]
    named, needed = context.resolver.resolve(roots)
    return [each.artifact for each in (*named, *needed) if each.scope in WANTED]


def line(artifact: Artifact) -> str:
    """One line of the lock."""
    content = artifact.resolve().read_bytes()
    coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
    return f"{hashlib.sha256(content).hexdigest()} {len(content)} {coordinate}"


def main(version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = sorted(
            map(line, artifacts(version, Path(folder))), key=lambda text: text.split()[2]
        )
    head = (
        f"# Apache Kafka {version} and what it needs at run time: "
        "SHA-256, size in bytes, Maven coordinate.\n"
    )
    LOCK.write_text(head + "".join(f"{each}\n" for each in lines), "utf-8")
    print(f"{len(lines)} jars in {LOCK.name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
