"""An ASGI app of ours without a socket, for tests that say one thing at a time."""

from __future__ import annotations

import asyncio

import httpx


class Running:
    """The app, started; requests go straight into it."""

    def __init__(self, app) -> None:
        self.app = app
        self._is_closed = False
        self._runner = asyncio.Runner()
        self._lifespan = app.router.lifespan_context(app)
        self._runner.run(self._lifespan.__aenter__())
        transport = httpx.ASGITransport(app)
        self.client = httpx.AsyncClient(
            transport=transport, base_url="https://sms.example.org"
        )

    def run(self, what):
        """Await this beside the app, whose own tasks go on meanwhile."""
        return self._runner.run(what)

    def request(self, method, path, **what) -> httpx.Response:
        return self._runner.run(self.client.request(method, path, **what))

    def post(self, path, **what) -> httpx.Response:
        return self.request("POST", path, **what)

    def get(self, path, **what) -> httpx.Response:
        return self.request("GET", path, **what)

    def together(self, requests) -> list[httpx.Response]:
        """Several posts at once: (path, what) each."""

        async def all_of_them():
            posts = [self.client.post(path, **what) for path, what in requests]
            return await asyncio.gather(*posts)

        return self._runner.run(all_of_them())

    def close(self) -> None:
        """Stop the app; a second time does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        self._runner.run(self.client.aclose())
        self._runner.run(self._lifespan.__aexit__(None, None, None))
        self._runner.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
