"""A client of mini-apps that follows their pages as the web client does, over a real WebSocket."""

import copy
import json
import threading
import uuid
from collections.abc import Callable, Iterator

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from stoa import User, wait_for


def apply(tree: dict, patch: list) -> dict:
    """The tree after a patch; the steps are those that sdk-docs/mini-apps.md lists."""
    root = {"n": [copy.deepcopy(tree)]}
    for kind, path, *rest in patch:
        parent, node, last = None, root["n"][0], 0
        for last in path:
            parent, node = node, node["n"][last]
        if kind == "p":
            for name, value in rest[0].items():
                if value is None:
                    node.get("p", {}).pop(name)
                else:
                    node.setdefault("p", {})[name] = value
        elif kind == "r":
            if parent is None:
                root["n"][0] = rest[0]
            else:
                parent["n"][last] = rest[0]
        elif kind == "d":
            index, count = rest
            assert len(node["n"]) >= index + count
            del node["n"][index:index + count]
        elif kind == "i":
            index, nodes = rest
            assert len(node.setdefault("n", [])) >= index
            node["n"][index:index] = nodes
        elif kind == "m":
            start, end = rest
            node["n"].insert(end, node["n"].pop(start))
        else:
            raise AssertionError(f"there is no step {kind}")
    return root["n"][0]


class View:
    """One open page."""

    def __init__(self, pages: "Pages", name: str, where: dict):
        self.pages, self.name, self.where = pages, name, where
        self.tree: dict | None = None
        self.version = 0
        self.error: dict | None = None
        self.notes: list[dict] = []
        self.acted: dict[str, dict] = {}
        self.chat = 0
        self.page = ""
        self.received: list[tuple[str, int]] = []

    def take(self, data: dict, size: int) -> None:
        self.received.append((next(name for name in ("tree", "patch", "notes", "acted", "error") if name in data), size))
        if "tree" in data:
            self.tree, self.version, self.error = data["tree"], data["version"], None
            self.chat, self.page = data["chat"], data["page"]
        elif "patch" in data and self.tree is None:
            # Of the page that was left.
            pass
        elif "patch" in data:
            assert data["from"] == self.version, "a difference to a tree that was never sent"
            self.tree, self.version = apply(self.tree, data["patch"]), data["version"]
        elif "notes" in data:
            self.notes += data["notes"]
        elif "acted" in data:
            self.acted[data["acted"]] = data.get("error") or {}
        else:
            self.error = data["error"]

    def nodes(self) -> Iterator[dict]:
        stack = [self.tree] if self.tree else []
        while stack:
            node = stack.pop()
            yield node
            stack += reversed(node.get("n", []))

    def find(self, kind: str, **props) -> dict:
        for node in self.nodes():
            if node["t"] == kind and all(node.get("p", {}).get(name) == value for name, value in props.items()):
                return node
        raise AssertionError(f"no {kind} with {props} in {json.dumps(self.tree)[:2000]}")

    def has(self, kind: str, **props) -> bool:
        try:
            return bool(self.find(kind, **props))
        except AssertionError:
            return False

    @property
    def texts(self) -> list[str]:
        return [node["p"]["text"] for node in self.nodes() if "text" in node.get("p", {})]

    def wait(self, condition: Callable[["View"], object], what: str = "what the page was to show"):
        return wait_for(lambda: condition(self), what)

    def wait_text(self, text: str) -> None:
        self.wait(lambda view: text in view.texts, f"\"{text}\" on the page")

    def send(self, node: dict | list, value=None, values: dict | None = None, nonce: str | None = None) -> str:
        """Does what a component does, without waiting for its end."""
        nonce = nonce or uuid.uuid4().hex
        frame = {"op": "view.act", "view": self.name, "nonce": nonce, "on": node if isinstance(node, list) else node["p"]["on"]}
        if value is not None:
            frame["value"] = value
        if values is not None:
            frame["values"] = values
        self.pages.send(frame)
        return nonce

    def act(self, node: dict | list, value=None, values: dict | None = None, nonce: str | None = None) -> str:
        """Does what a component does. The code of the error; "" when it worked."""
        nonce = self.send(node, value, values, nonce)
        self.wait(lambda view: nonce in view.acted, "the end of an action")
        return self.acted[nonce].get("code", "")

    def press(self, text: str) -> str:
        return self.act(next(node for node in self.nodes() if node["t"] in ("button", "main_button") and node["p"]["text"] == text))

    def go(self, page: str, **query: str) -> None:
        self.where |= {"page": page, "query": query}
        self.tree = self.error = None
        self.pages.send(self.where)
        self.wait(lambda view: view.tree or view.error, f"the page {page}")

    def window(self, key: str, start: int, count: int) -> None:
        self.pages.send({"op": "view.window", "view": self.name, "key": key, "from": start, "count": count})

    def close(self) -> None:
        self.pages.send({"op": "view.close", "view": self.name})


class Pages:
    """One device of a person."""

    def __init__(self, user: User):
        self.user = user
        self.views: dict[str, View] = {}
        self.connect()

    def connect(self) -> None:
        self.socket = connect(
            f"ws://{self.user.server.host}/v1/stream", additional_headers={"Authorization": f"Bearer {self.user.token}"},
            max_size=None, open_timeout=20, legacy=True)
        self.problem: Exception | None = None
        threading.Thread(target=self._read, args=(self.socket,), daemon=True).start()

    def _read(self, socket) -> None:
        try:
            for text in socket:
                frame = json.loads(text)
                if frame.get("type") == "miniapp.view" and frame["data"]["view"] in self.views:
                    self.views[frame["data"]["view"]].take(frame["data"], len(text.encode()))
        except ConnectionClosed:
            pass
        except Exception as error:  # Shown by whoever waits.
            self.problem = error

    def send(self, frame: dict) -> None:
        if self.problem:
            raise self.problem
        self.socket.send(json.dumps(frame))

    def open(self, app: str, page: str | None = None, chat: int | None = None, **query: str) -> View:
        name = f"v{len(self.views) + 1}"
        where = {"op": "view.open", "view": name, "app": app, "query": query}
        if page:
            where["page"] = page
        if chat:
            where["chat"] = chat
        view = self.views[name] = View(self, name, where)
        self.send(where)
        view.wait(lambda view: view.tree or view.error, f"{app}'s page")
        return view

    def reconnect(self) -> None:
        """Opens again what was open, as the web client does."""
        self.socket.close()
        self.connect()
        for view in self.views.values():
            view.tree = view.error = None
            self.send(view.where)
        for view in self.views.values():
            view.wait(lambda view: view.tree or view.error, "a page after the connection was lost")

    def close(self) -> None:
        self.socket.close()
