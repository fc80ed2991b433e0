"""A small WordPress on this machine that answers with what a real one said (WordPress 7.1, see recorded/)."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.faq.pictures import picture as png

RECORDED = Path(__file__).parent / "recorded"
USER, PASSWORD = "owner", "abcd efgh ijkl mnop"
CALLS = {
    "mt.supportedMethods": "methods",
    "wp.getProfile": "profile",
    "wp.getOptions": "options",
    "wp.getPosts": "getposts",
}


@dataclass
class Blog:
    """What the site does; tests turn its switches and read what it was asked."""

    address: str = ""
    rest: bool = True
    xmlrpc: bool = True
    statuses: bool = True  # Whether the user may list drafts.
    extra: dict[str, Any] = field(default_factory=dict)  # Further fields of the first post.
    protected: bool = False
    replies: dict[str, tuple[int, bytes]] = field(
        default_factory=dict
    )  # By path, in place of the usual answer.
    posts: dict[int, dict[str, Any]] = field(default_factory=dict)  # What was published here.
    dropped: set[int] = field(default_factory=set)  # Recorded posts that are gone.
    lost_answers: int = 0  # So many creations are done, and the connection then breaks.
    asked: list[tuple[str, str]] = field(default_factory=list)
    signed: list[bool] = field(default_factory=list)


def recorded(name: str) -> dict[str, Any]:
    """A recorded answer of REST: status, headers, body."""
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return found


def rows(blog: Blog) -> list[dict[str, Any]]:
    """The recorded posts as the blog has them now."""
    found = [row for row in recorded("posts")["body"] if row["id"] not in blog.dropped]
    found[0] |= blog.extra
    if blog.protected:
        found[1]["content"] = {"rendered": "", "protected": True}
    mine = [
        {
            "id": n,
            "status": "publish",
            "title": {"rendered": p["title"]},
            "content": {"rendered": p["content"]},
        }
        for n, p in blog.posts.items()
    ]
    return found + mine


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    blog: Blog

    def log_message(self, *_given: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer(self, method: str, content: bytes) -> None:
        parts = urlsplit(self.path)
        self.blog.asked.append((method, self.path))
        self.blog.signed.append("Authorization" in self.headers)
        path = parts.path.removeprefix("/wp-json").removeprefix("/wp/v2")
        if parts.path in self.blog.replies:
            self._send(*self.blog.replies[parts.path])
        elif parts.path.endswith(".png"):
            self._send(200, png(), kind="image/png")
        elif parts.path == "/xmlrpc.php":
            self._call(content)
        elif not self.blog.rest or not parts.path.startswith("/wp-json/"):
            self._send(404, b"<!doctype html><p>Nothing here", kind="text/html")
        elif parts.path == "/wp-json/":
            self._recorded("index")
        elif not self._knows():
            self._recorded("wrong_password")
        elif method == "POST":
            self._publish(path, json.loads(content))
        else:
            self._list(path, {name: given[0] for name, given in parse_qs(parts.query).items()})

    def _knows(self) -> bool:
        right = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return self.headers.get("Authorization") == f"Basic {right}"

    def _list(self, path: str, asked: dict[str, str]) -> None:
        if path in ("/users/me", "/settings", "/categories"):
            self._recorded({"/users/me": "me"}.get(path, path[1:]))
        elif "search" in asked:
            found = [
                {"id": n, "content": {"raw": post["content"]}}
                for n, post in self.blog.posts.items()
                if asked["search"] in post["content"] and path == post["route"]
            ]
            self._json(200, found)
        elif not self.blog.statuses and "draft" in asked.get("status", ""):
            self._recorded("bad_status")
        else:
            found = rows(self.blog) if path == "/posts" else []
            size, at = int(asked["per_page"]), int(asked["page"])
            self._json(200, found[(at - 1) * size : at * size], total=len(found))

    def _publish(self, path: str, body: dict[str, Any]) -> None:
        route, _, number = path.rpartition("/") if path.count("/") > 1 else (path, "", "")
        known = int(number) in (*self.blog.posts, *(row["id"] for row in rows(self.blog))) if number else True
        if not known:
            self._recorded("gone")
            return
        made = int(number or 0) or 500 + len(self.blog.posts)
        self.blog.posts[made] = {**body, "route": route}
        if self.blog.lost_answers:
            self.blog.lost_answers -= 1
            self.close_connection = True
            self.connection.close()
            return
        self._json(200 if number else 201, {"id": made, "link": f"{self.blog.address}/{body['slug']}/"})

    def _call(self, content: bytes) -> None:
        if not self.blog.xmlrpc:
            self._send(403, b"Forbidden", kind="text/html")
            return
        name = next((found for call, found in CALLS.items() if f">{call}<".encode() in content), "")
        if name != "methods" and PASSWORD.encode() not in content:
            name = "xml_wrong_password"
        self._send(200, self._here((RECORDED / f"{name}.xml").read_text()), kind="text/xml")

    def _recorded(self, name: str) -> None:
        found = recorded(name)
        self._json(found["status"], found["body"])

    def _json(self, status: int, body: Any, *, total: int = 0) -> None:
        self._send(status, self._here(json.dumps(body)), total=total)

    def _here(self, text: str) -> bytes:
        return text.replace("https://blog.example", self.blog.address).encode()

    def _send(self, status: int, content: bytes, *, kind: str = "application/json", total: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if total:
            self.send_header("X-WP-Total", str(total))
        if status in (301, 302):
            self.send_header("Location", "http://169.254.169.254/")
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def running_blog() -> Iterator[Blog]:
    """The blog, answering until the block ends."""
    blog = Blog()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answers", (_Answers,), {"blog": blog}))
    server.handle_error = lambda *_given: None  # type: ignore[method-assign] # A broken connection is on purpose.
    blog.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield blog
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
