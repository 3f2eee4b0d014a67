"""``/metrics``, ``/livez`` and ``/readyz`` of ``copydesk work``."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.server import ThreadingHTTPServer

from consumers import metrics
from consumers.web.server import Query, Reply, start, text
from processors import health


def serve(
    address: str, workers: list[str], starts: Callable[[], dict[str, int]], token: str = ""
) -> ThreadingHTTPServer:
    """Serve for these workers. ``starts``: how often each was started so far; ``token``: what a
    reader of the metrics must bear, if not empty.

    Raises:
        UsageFault: the address cannot be listened on.
    """
    began = time.time()

    def exposed(_: Query) -> Reply:
        return 200, metrics.CONTENT_TYPE, metrics.exposition(starts())

    def live(_: Query) -> Reply:
        now, pulses = time.time(), metrics.pulses()
        why = [health.dead(pulse, now, began) for pulse in pulses.values()]
        return _said([reason for reason in why if reason], "alive")

    def ready(_: Query) -> Reply:
        now, pulses = time.time(), metrics.pulses()
        why = [health.unready(pulses.get(worker), worker, now) for worker in workers]
        return _said([reason for reason in why if reason], "ready")

    pages = {"/metrics": exposed, "/livez": live, "/readyz": ready}
    return start(address, pages, "COPYDESK_WEB", token)


def _said(reasons: list[str], well: str) -> Reply:
    return text(503, "; ".join(reasons)) if reasons else text(200, well)
