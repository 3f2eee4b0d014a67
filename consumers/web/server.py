"""A small HTTP server: a table of paths, each a function that gives status, type and body."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from consumers.errors import UsageFault

Reply = tuple[int, str, bytes]
Pages = Mapping[str, Callable[[], Reply]]

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
#: Paths that an orchestrator asks without a token.
_OPEN = ("/livez", "/readyz")


def text(status: int, words: str) -> Reply:
    """A line of plain text."""
    return status, "text/plain; charset=utf-8", (words + "\n").encode()


def start(address: str, pages: Pages, setting: str, token: str = "") -> ThreadingHTTPServer:
    """Serve in threads of its own until ``shutdown``. ``token``: asked as a bearer, if not empty.

    Raises:
        UsageFault: the address cannot be listened on; names ``setting``.
    """
    host, _, port = address.rpartition(":")

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        server_version = "copydesk"
        sys_version = ""

        def do_GET(self) -> None:
            """Answer by the table."""
            path = urlsplit(self.path).path
            page = pages.get(path)
            if token and path not in _OPEN and not self._has(token):
                status, kind, body = text(401, "a bearer token is asked for")
            elif page is None:
                status, kind, body = text(404, f"there are: {' '.join(sorted(pages))}")
            else:
                status, kind, body = page()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _has(self, token: str) -> bool:
            given = self.headers.get("Authorization", "")
            return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())

        def log_message(self, *_: object) -> None:
            """Say nothing: a probe a second is no news."""

    try:
        server = ThreadingHTTPServer((host.strip("[]") or "127.0.0.1", int(port)), Handler)
    except OSError as fault:
        why = fault.strerror or fault
        raise UsageFault(f"{setting} is {address!r}, which cannot be listened on: {why}") from None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
