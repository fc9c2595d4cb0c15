"""Servers of the tests: each in a thread of its own, on a free port of the loopback interface."""

import asyncio
import socket
import ssl
import threading
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class LoopbackServer:
    """Serves an application over HTTP and, with a certificate, over HTTPS too."""

    def __init__(self, application: Application, tls: ssl.SSLContext | None = None) -> None:
        self._application = application
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self.port = 0
        self.tls_port = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "LoopbackServer":
        self._thread.start()
        if not self._started.wait(10):
            raise RuntimeError("A server of the tests did not start.")
        return self

    def __exit__(self, *_: Any) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._started.set()
        self._loop.run_forever()

    async def _listen(self) -> None:
        self.port = self._bind(HTTPServer(self._application))
        if self._tls:
            self.tls_port = self._bind(HTTPServer(self._application, ssl_options=self._tls))

    @staticmethod
    def _bind(server: HTTPServer) -> int:
        sockets = bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        port: int = sockets[0].getsockname()[1]
        return port
