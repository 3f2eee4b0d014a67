"""A small HTTP server: a table of paths, each a function that gives status, type and body.

Rules: nothing is changed by any request; a browser may load nothing but what this server gives, and
may build no markup from text (Trusted Types), so that no name that Kafka told can run.
"""

from __future__ import annotations

import hmac
import socket
import sys
import threading
from collections.abc import Callable, Collection, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from consumers.errors import UsageFault

Query = Mapping[str, str]
Reply = tuple[int, str, bytes]
Pages = Mapping[str, Callable[[Query], Reply]]

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
#: Paths that an orchestrator asks without a token.
_OPEN = frozenset(("/livez", "/readyz"))
#: Seconds that a client may take to ask.
_PATIENCE = 30.0


def text(status: int, words: str) -> Reply:
    """A line of plain text."""
    return status, "text/plain; charset=utf-8", (words + "\n").encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that went away is no news; anything else is one line."""
        fault = sys.exc_info()[1]
        if not isinstance(fault, ConnectionError | TimeoutError):
            print(f"copydesk: a request failed: {fault!r}", file=sys.stderr)  # noqa: T201


class _Server6(_Server):
    address_family = socket.AF_INET6


def start(
    address: str, pages: Pages, setting: str, token: str = "", free: Collection[str] = ()
) -> ThreadingHTTPServer:
    """Serve in threads of its own until ``shutdown``. ``token``: asked as a bearer, if not empty;
    not for health, nor for the paths in ``free``.

    Raises:
        UsageFault: the address cannot be listened on; names ``setting``.
    """
    host, _, port = address.rpartition(":")
    unguarded = _OPEN | set(free)

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        server_version = "copydesk"
        sys_version = ""
        timeout = _PATIENCE

        def do_GET(self) -> None:
            """Answer by the table."""
            status, kind, body = self._answer()
            self.send_response(status)
            if status == 401:
                self.send_header("WWW-Authenticate", "Bearer")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - the name that the base class looks for

        def _answer(self) -> Reply:
            asked = urlsplit(self.path)
            if token and asked.path not in unguarded and not self._has(token):
                return text(401, "a bearer token is asked for")
            page = pages.get(asked.path)
            if page is None:
                return text(404, f"there are: {' '.join(sorted(pages))}")
            return page(dict(parse_qsl(asked.query)))

        def _has(self, token: str) -> bool:
            given = self.headers.get("Authorization", "")
            return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())

        def log_message(self, *_: object) -> None:
            """Say nothing: a probe a second is no news."""

    kind = _Server6 if ":" in host else _Server
    try:
        server = kind((host.strip("[]") or "127.0.0.1", int(port)), Handler)
    except OSError as fault:
        why = fault.strerror or fault
        raise UsageFault(f"{setting} is {address!r}, which cannot be listened on: {why}") from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
