"""A client that follows its log over WebSockets, sends with nonces, and outlives restarts of the server."""

import asyncio
import json

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from stoa import User


class Stream:
    """Reconnects by itself: resumes its log from the last `seq`, sends again what was not acknowledged."""

    def __init__(self, user: User, after: int = 0):
        self.user = user
        self.seq = after
        self.events: list[dict] = []
        self.acknowledged: dict[str, dict] = {}
        self.errors: list[dict] = []
        self.connections = 0
        self._pending: dict[str, str] = {}
        self._changed = asyncio.Condition()
        self._socket = None
        self._task: asyncio.Task | None = None

    async def __aenter__(self) -> "Stream":
        self._task = asyncio.create_task(self._run())
        # Whoever waits is told at once what ended it, not by a time-out.
        self._task.add_done_callback(lambda _: asyncio.ensure_future(self._wake()))
        return self

    async def __aexit__(self, *_) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def send(self, chat: int, text: str, nonce: str) -> None:
        """Gives a message on its way; it is sent until it is acknowledged."""
        frame = json.dumps({"op": "send", "chat": chat, "text": text, "nonce": nonce})
        self._pending[nonce] = frame
        if self._socket:
            try:
                await self._socket.send(frame)
            except ConnectionClosed:
                pass

    async def until(self, condition, what: str, timeout: float = 30) -> None:
        """Waits until `condition(self)`; asked after each frame."""
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(lambda: self._check(condition)), timeout)
            except TimeoutError:
                raise AssertionError(f"{self.user.name}: {what}: not within {timeout} s") from None

    async def message(self, matches, timeout: float = 30) -> dict:
        """The first new message that matches."""
        found = []

        def look(stream: "Stream") -> bool:
            found[:] = [m for m in stream.messages() if matches(m)]
            return bool(found)

        await self.until(look, "a message", timeout)
        return found[0]

    @property
    def pending(self) -> int:
        return len(self._pending)

    def messages(self) -> list[dict]:
        return [event["data"] for event in self.events if event["type"] == "message.new"]

    def _check(self, condition) -> bool:
        if self._task and self._task.done() and not self._task.cancelled():
            self._task.result()
        return condition(self)

    async def _run(self) -> None:
        while True:
            try:
                await self._follow()
            except (OSError, ConnectionClosed, InvalidHandshake, EOFError, TimeoutError):
                pass
            self._socket = None
            await asyncio.sleep(0.02)

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _follow(self) -> None:
        url = f"ws://{self.user.server.host}/v1/stream?after={self.seq}"
        headers = {"Authorization": f"Bearer {self.user.token}"}
        async with connect(url, additional_headers=headers, compression=None, open_timeout=10) as socket:
            self.connections += 1
            # From here on new messages go out by themselves; one that goes out twice is the nonce's business.
            self._socket = socket
            for frame in list(self._pending.values()):
                await socket.send(frame)
            async for text in socket:
                frame = json.loads(text)
                self._take(frame)
                await self._wake()

    def _take(self, frame: dict) -> None:
        if "seq" in frame:
            assert frame["seq"] == self.seq + 1, f"{self.user.name}: seq {frame['seq']} after {self.seq}"
            self.seq = frame["seq"]
            self.events.append(frame)
        elif frame.get("op") == "sent":
            self._pending.pop(frame["nonce"], None)
            self.acknowledged[frame["nonce"]] = frame["message"]
        elif frame.get("op") == "error":
            self.errors.append(frame)
