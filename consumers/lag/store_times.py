"""How long the store takes: a round trip from here, and what workers tell of their claims."""

from __future__ import annotations

import asyncio
import http.client
import socket
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Sequence

import msgspec

from consumers import metrics
from consumers.assembly import redis_store
from consumers.errors import CopydeskError
from consumers.settings import Settings

#: Seconds that a worker may take to tell its metrics.
_PATIENCE = 3.0
_STAGE = "copydesk_stage_seconds"
_LARGEST = 8 << 20


class Claims(msgspec.Struct, frozen=True):
    """All workers' claims so far, a batch each: how many took how long at most, in seconds."""

    buckets: dict[float, int]


class StoreTimes:
    """Asks Redis and the workers; ``faults`` say why there is nothing to tell."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._addresses = settings.workers or _own(settings.web)
        self._runner = asyncio.Runner()
        self._store = redis_store(settings)
        self.store_fault = self.workers_fault = "nobody has looked yet"

    def trip(self) -> float | None:
        """Seconds of one round trip to Redis; None where it does not answer."""
        try:
            self._runner.run(self._store.ping())  # it may have to connect
            began = time.perf_counter()
            self._runner.run(self._store.ping())
            took = time.perf_counter() - began
        except CopydeskError as fault:
            self.store_fault = str(fault)
            return None
        self.store_fault = ""
        return took

    def claims(self) -> Claims | None:
        """What the workers tell, added up; None where one of them does not answer."""
        if not self._addresses:
            self.workers_fault = "no worker's metrics are known here: set COPYDESK_WORKERS"
            return None
        found: Counter[float] = Counter()
        for address in self._addresses:
            try:
                for each in _resolved(address):
                    found.update(self._told(each, address))
            except (OSError, ValueError, http.client.HTTPException) as fault:
                why = getattr(fault, "reason", None) or fault
                self.workers_fault = f"the worker at {address} does not tell its metrics: {why}"
                return None
        self.workers_fault = ""
        return Claims(dict(sorted(found.items())))

    def _told(self, address: str, name: str) -> dict[float, int]:
        request = urllib.request.Request(f"http://{address}/metrics", headers={"Host": name})
        if self._settings.web_token:
            request.add_header("Authorization", f"Bearer {self._settings.web_token}")
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
            text = answer.read(_LARGEST).decode("utf-8", "replace")
        return {
            float(labels["le"]): int(value)
            for sample, labels, value in metrics.read(text)
            if sample == f"{_STAGE}_bucket" and labels.get("stage") == "claim"
        }


def _own(web: str) -> Sequence[str]:
    """The worker of the same settings, where it serves metrics at a port that is known."""
    host, _, port = web.rpartition(":")
    if port in ("", "0"):
        return ()
    return (f"{'127.0.0.1' if host in ('', '0.0.0.0') else host}:{port}",)  # noqa: S104 - compared


def _resolved(address: str) -> list[str]:
    """Every address of a host: a service's name may stand for several workers."""
    host, _, port = address.rpartition(":")
    found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
    hosts = sorted({str(each[4][0]) for each in found})
    # A name that has both kinds of address names the same workers twice.
    older = [each for each in hosts if ":" not in each]
    return [f"{each}:{port}" for each in older] or [f"[{each}]:{port}" for each in hosts]
