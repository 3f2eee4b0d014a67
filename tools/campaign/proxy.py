"""A TCP proxy on loopback whose connections can be cut, slowed and refused."""

from __future__ import annotations

import asyncio
import contextlib
import threading


class Proxy:
    """Listens on a free port of 127.0.0.1 and passes bytes on to ``target`` (host:port)."""

    def __init__(self, target: str, port: int = 0) -> None:
        self._host, _, number = target.rpartition(":")
        self._number = int(number)
        self._delay = 0.0
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._port = port
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait()

    @property
    def address(self) -> str:
        """Where it listens: ``127.0.0.1:port``."""
        return f"127.0.0.1:{self._port}"

    @property
    def target_port(self) -> int:
        """Where it passes bytes on to."""
        return self._number

    def cut(self) -> None:
        """Break every connection that is open now."""
        self._loop.call_soon_threadsafe(self._cut)

    def slow(self, seconds: float) -> None:
        """Hold every piece of data back so long from now on; 0 ends it."""
        self._delay = seconds

    def close(self) -> None:
        """Stop listening and break every connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _cut(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", self._port)
        )
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        self._cut()
        server.close()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(OSError):
            there, away = await asyncio.open_connection(self._host, self._number)
            self._open.add(away)
            await asyncio.gather(self._pass_on(reader, away), self._pass_on(there, writer))
            self._open.discard(away)
        self._open.discard(writer)
        writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(1 << 16):
                if self._delay:
                    await asyncio.sleep(self._delay)
                writer.write(piece)
                await writer.drain()
        writer.close()
