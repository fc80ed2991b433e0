"""A WordPress site by XML-RPC, for sites whose REST interface is closed.

The package of others speaks it; this module gives it our own transport (with time limits, one host, no redirects) and
mends the one use of a name that Python removed: without, every call that returns a list fails.
"""

import collections
import collections.abc
import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.parsers.expat import ExpatError
from xmlrpc.client import Error, Fault, Transport

from wordpress_xmlrpc import Client, WordPressPost
from wordpress_xmlrpc.exceptions import (
    InvalidCredentialsError,
    ServerConnectionError,
    UnsupportedXmlrpcMethodError,
    XmlrpcDisabledError,
)
from wordpress_xmlrpc.methods import options, posts, users

from connector.websites import (
    EntryGone,
    EntryKind,
    OutgoingEntry,
    Progress,
    ShownEntry,
    SiteCategory,
    SiteEntry,
    SiteFacts,
    SiteRefused,
    SiteUnavailable,
)
from connector.wordpress import payloads
from connector.wordpress.asking import Line
from connector.wordpress.client import WordpressClient
from core.languages import Text

if not hasattr(collections, "Iterable"):
    # The package looks for this name when it is called, so a test must call it; importing proves nothing.
    collections.Iterable = collections.abc.Iterable  # type: ignore[attr-defined]

PER_CALL = 50
MOST_CALLS = 400
LARGEST_REPLY_BYTES = 32 * 1024 * 1024
ROLES_THAT_PUBLISH = {"administrator", "editor"}
UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # Characters that no XML may hold.


class _LineTransport(Transport):
    """Sends calls over our own line, and reads no answer that defines entities: those could grow without end."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def request(self, host: Any, handler: str, request_body: Any, verbose: bool = False) -> Any:
        reply = self._line.once(
            "POST",
            f"{self._line.address}/xmlrpc.php",
            signed=False,  # The password stands in the body.
            largest=LARGEST_REPLY_BYTES,
            data=request_body,
            headers={"Content-Type": "text/xml"},
        )
        try:
            text = reply.content.decode()
        except UnicodeDecodeError:
            raise _no_xmlrpc(self._line.address) from None
        start = text[:500].upper()
        if "<!DOCTYPE" in text.upper() or "<METHODRESPONSE>" not in start:
            raise _no_xmlrpc(self._line.address)
        parser, unmarshaller = self.getparser()
        parser.feed(text.strip().encode())
        parser.close()
        return unmarshaller.close()


class XmlrpcClient:
    """One site's XML-RPC interface."""

    def __init__(self, line: Line, user: str, password: str) -> None:
        self.line = line
        self.address = line.address
        self._user, self._password = user, password
        self._opened: Client | None = None

    def _call(self, method: Any) -> Any:
        try:
            if self._opened is None:
                self._opened = Client(
                    f"{self.address}/xmlrpc.php",
                    self._user,
                    self._password,
                    transport=_LineTransport(self.line),
                )
            return self._opened.call(method)
        except InvalidCredentialsError:
            raise SiteRefused(Text("The site does not take this user and password.")) from None
        except (XmlrpcDisabledError, UnsupportedXmlrpcMethodError, ServerConnectionError):
            raise _no_xmlrpc(self.address) from None
        except Fault as problem:
            if problem.faultCode == 404:
                raise EntryGone(Text("The post or page is not there any more.")) from None
            if problem.faultCode in (401, 403):
                raise SiteRefused(
                    Text(
                        "The site knows the user, but this user may not do that (%(code)s).",
                        code=problem.faultCode,
                    )
                ) from None
            raise SiteUnavailable(
                Text("The site did not understand a question (%(code)s).", code=problem.faultCode),
                permanent=True,
            ) from None
        except (Error, ExpatError, ValueError, TypeError, KeyError) as problem:
            # Whatever else a broken answer makes of the package; its text may hold the password.
            raise SiteUnavailable(
                Text(
                    "%(address)s answered with something unreadable (%(kind)s).",
                    address=self.address,
                    kind=type(problem).__name__,
                ),
                permanent=True,
            ) from None

    def facts(self) -> SiteFacts:
        """Who the site is, and whether it takes the password. Its language it does not tell this way."""
        profile = self._call(users.GetProfile())
        found = {one.name: one.value for one in self._call(options.GetOptions(["blog_title"]))}
        roles = {str(role).lower() for role in getattr(profile, "roles", None) or ()}
        return SiteFacts(
            address=self.address,
            name=payloads.plain(str(found.get("blog_title", ""))),
            locale="",
            way="xmlrpc",
            may_publish=bool(roles & ROLES_THAT_PUBLISH),
        )

    def entries(
        self, kinds: Sequence[EntryKind], *, progress: Progress = lambda _done, _of: None
    ) -> Iterator[SiteEntry]:
        """The site's posts and pages, oldest first. How many there are is not told beforehand."""
        done = 0
        for kind in kinds:
            for call in range(MOST_CALLS):
                asked = {
                    "number": PER_CALL, "offset": call * PER_CALL, "orderby": "ID", "order": "ASC", "post_type": kind,
                }  # fmt: skip
                rows = self._call(posts.GetPosts(asked))
                for row in rows:
                    done += 1
                    progress(done, done)
                    yield _entry(kind, row)
                if len(rows) < PER_CALL:
                    break

    def picture(self, address: str) -> bytes:
        """A picture of this site."""
        return WordpressClient(self.line).picture(address)

    def publish(self, entry: OutgoingEntry) -> ShownEntry:
        """Show the entry: change the one of that number or mark, else make one."""
        row = WordPressPost()
        row.title = UNSPEAKABLE.sub("", entry.title)
        row.content = UNSPEAKABLE.sub("", f"<!-- {entry.mark} -->\n{entry.html}")
        row.slug, row.post_status, row.post_type = entry.slug, "publish", entry.kind
        for number in (entry.number, self._marked(entry)):
            if number:
                try:
                    self._call(posts.EditPost(number, row))
                except EntryGone:
                    continue
                return self._shown(number)
        return self._shown(int(self._call(posts.NewPost(row))))

    def _marked(self, entry: OutgoingEntry) -> int:
        found = self._call(posts.GetPosts({"s": entry.mark, "post_type": entry.kind, "number": 10}))
        return next((int(row.id) for row in found if entry.mark in row.content), 0)

    def _shown(self, number: int) -> ShownEntry:
        return ShownEntry(number, str(getattr(self._call(posts.GetPost(number)), "link", "")))


def _entry(kind: EntryKind, row: WordPressPost) -> SiteEntry:
    categories = [
        payloads.category({"slug": term.slug, "name": term.name})
        for term in getattr(row, "terms", None) or ()
        if getattr(term, "taxonomy", "") == "category"
    ]
    return SiteEntry(
        kind=kind,
        number=int(row.id),
        title=payloads.plain(row.title),
        html=row.content,
        raw=True,
        state=payloads.STATES.get(row.post_status, "draft"),
        address=getattr(row, "link", ""),
        position=getattr(row, "menu_order", 0) or 0,
        protected=bool(getattr(row, "password", "")),
        categories=tuple(SiteCategory(one.slug, one.name) for one in categories),
    )


def _no_xmlrpc(address: str) -> SiteUnavailable:
    return SiteUnavailable(
        Text(
            "%(address)s answers neither by REST nor by XML-RPC. Let one of /wp-json/ and /xmlrpc.php answer.",
            address=address,
        ),
        permanent=True,
        code="no_xmlrpc",
    )
