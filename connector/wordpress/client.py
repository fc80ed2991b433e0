"""A WordPress site by its REST interface, signed in with an application password."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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
    own_picture,
)
from connector.wordpress import payloads
from connector.wordpress.asking import Line, Reply
from core.languages import Text

PER_PAGE = 100  # The most that WordPress gives.
MOST_PAGES = 200
LARGEST_PICTURE_BYTES = 10 * 1024 * 1024
ROUTES: Mapping[EntryKind, str] = {"post": "wp/v2/posts", "page": "wp/v2/pages"}
# Whoever may not see drafts is refused for asking: then the published ones must do.
STATES = ("publish,draft,pending,private,future", "publish")
WRONG_PASSWORD = (
    "incorrect_password", "invalid_username", "invalid_email", "rest_not_logged_in", "application_passwords_disabled",
)  # fmt: skip


class WordpressClient:
    """One site's REST interface, open for the length of a `with` block."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.address = line.address
        self._root = ""

    # -- who is there ---------------------------------------------------------------------------------------------

    def facts(self) -> SiteFacts:
        """Who the site is, and whether it takes the password.

        Asked before anything else: to a wrong password WordPress answers public lists as to anybody.
        """
        index = self._index()
        me = self._told(self.line.get(self._url("wp/v2/users/me"), context="edit"))
        may = me.get("capabilities") or {}
        if not may.get("edit_posts"):
            raise SiteRefused(
                Text(
                    "This user may not read unpublished posts. Use one with the role Editor or Administrator."
                )
            )
        settings = self.line.get(self._url("wp/v2/settings"))
        told = settings.data() if settings.status == 200 else None
        language = told.get("language") if isinstance(told, dict) else me.get("locale")
        return SiteFacts(
            address=self.address,
            name=payloads.plain(str(index.get("name", ""))),
            locale=payloads.tag(str(language or "en_US")),
            way="rest",
            may_publish=bool(may.get("publish_posts") and may.get("publish_pages")),
        )

    def _index(self) -> dict[str, Any]:
        """What the site says to anybody, at whichever of the two addresses of REST it answers."""
        for root in (f"{self.address}/wp-json/", f"{self.address}/?rest_route=/"):
            reply = self.line.get(root, signed=False)
            data = reply.data()
            if isinstance(data, dict) and "namespaces" in data:
                if "wp/v2" not in data["namespaces"]:
                    break
                self._root = root
                return data
            if 300 <= reply.status < 400:
                raise SiteUnavailable(
                    Text(
                        "%(address)s sends visitors on to another address. Connect that one instead.",
                        address=self.address,
                    ),
                    permanent=True,
                )
            if isinstance(data, dict) and reply.status in (401, 403):
                break
        else:
            raise SiteUnavailable(
                Text(
                    "%(address)s is no WordPress site, or something in front of it hides /wp-json/.",
                    address=self.address,
                ),
                permanent=True,
                code="no_rest",
            )
        raise SiteUnavailable(
            Text(
                "The REST interface of %(address)s is closed, usually by a security plugin. Let /wp-json/wp/v2/ answer.",
                address=self.address,
            ),
            permanent=True,
            code="no_rest",
        )

    def _url(self, path: str) -> str:
        if not self._root:
            self._index()
        return self._root + path

    # -- reading --------------------------------------------------------------------------------------------------

    def entries(
        self, kinds: Sequence[EntryKind], *, progress: Progress = lambda _done, _of: None
    ) -> Iterator[SiteEntry]:
        """The site's posts and pages, oldest first."""
        categories = self._categories() if "post" in kinds else {}
        done, before = 0, 0
        for kind in kinds:
            for body, total in self._all(ROUTES[kind], progress_from=before):
                done += 1
                progress(done, before + total)
                yield payloads.entry(kind, body, categories)
            before = done

    def _categories(self) -> dict[int, SiteCategory]:
        found = self._all("wp/v2/categories", fields=("id", "slug", "name"), states=None)
        return {int(body.get("id") or 0): payloads.category(body) for body, _total in found}

    def _all(
        self,
        route: str,
        *,
        fields: Sequence[str] = payloads.FIELDS,
        states: Sequence[str] | None = STATES,
        progress_from: int = 0,
    ) -> Iterator[tuple[dict[str, Any], int]]:
        """All rows of a list with their number, by id, so that what changes meanwhile moves nothing between pages."""
        given = {"per_page": PER_PAGE, "orderby": "id", "order": "asc", "_fields": ",".join(fields)}
        allowed = list(states or ("",))
        for page in range(1, MOST_PAGES + 1):
            reply = self._page(route, {**given, "page": page}, allowed)
            rows = reply.data()
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise self._strange()
            total = int(reply.headers.get("X-WP-Total") or len(rows))
            for row in rows:
                yield row, total
            if len(rows) < PER_PAGE:
                return

    def _page(self, route: str, given: dict[str, Any], allowed: list[str]) -> Reply:
        while True:
            asked = {**given, **({"status": allowed[0]} if allowed[0] else {})}
            reply = self.line.get(self._url(route), **asked)
            if reply.status == 400 and len(allowed) > 1:
                allowed.pop(0)
                continue
            if reply.status >= 300:
                self._told(reply)
            return reply

    def picture(self, address: str) -> bytes:
        """A picture of this site, asked for without the password."""
        own = own_picture(self.address, address)
        if not own:
            raise SiteRefused(Text("The picture is not one of this site, so it was not fetched."))
        reply = self.line.get(own, signed=False, largest=LARGEST_PICTURE_BYTES)
        if reply.status != 200:
            raise SiteUnavailable(
                Text("The site does not give this picture (%(status)s).", status=reply.status), permanent=True
            )
        return reply.content

    # -- writing --------------------------------------------------------------------------------------------------

    def publish(self, entry: OutgoingEntry) -> ShownEntry:
        """Show the entry: change the one of that number or mark, else make one.

        The mark stands in the entry itself, so that one which was made before a crash here is found again.
        """
        body = {
            "title": entry.title,
            "content": f"<!-- {entry.mark} -->\n{entry.html}",
            "slug": entry.slug,
            "status": "publish",
            "lang": entry.locale,
        }
        route = self._url(ROUTES[entry.kind])
        for number in (entry.number, self._marked(entry)):
            if number:
                try:
                    return _shown(self._told(self.line.once("POST", f"{route}/{number}", json=body)))
                except EntryGone:
                    continue  # Deleted there by hand: it is made anew.
        return _shown(self._told(self.line.once("POST", route, json=body)))

    def _marked(self, entry: OutgoingEntry) -> int:
        reply = self.line.get(
            self._url(ROUTES[entry.kind]),
            search=entry.mark,
            context="edit",
            status=STATES[0],
            _fields="id,content",
        )
        if reply.status >= 300:
            self._told(reply)
        rows = reply.data()
        if not isinstance(rows, list):
            raise self._strange()
        return next(
            (
                int(row["id"])
                for row in rows
                if isinstance(row, dict) and entry.mark in str((row.get("content") or {}).get("raw", ""))
            ),
            0,
        )

    # -- answers --------------------------------------------------------------------------------------------------

    def _told(self, reply: Reply) -> dict[str, Any]:
        """The thing in that answer, or what its refusal means."""
        data = reply.data()
        if 200 <= reply.status < 300 and isinstance(data, dict):
            return data
        code = str(data.get("code", "")) if isinstance(data, dict) else ""
        if code in WRONG_PASSWORD or (reply.status == 401 and not code):
            raise SiteRefused(
                Text(
                    "The site does not take this user and password. Make an application password under Users > Profile there (the password for signing in is no such one)."
                )
            )
        if reply.status in (401, 403):
            raise SiteRefused(
                Text(
                    "The site knows the user, but this user may not do that (%(code)s).",
                    code=code or reply.status,
                )
            )
        if reply.status in (404, 410) and code == "rest_post_invalid_id":
            raise EntryGone(Text("The post or page is not there any more."))
        if code:
            raise SiteUnavailable(
                Text("The site did not understand a question (%(code)s).", code=code),
                permanent=reply.status < 500,
            )
        raise self._strange()

    def _strange(self) -> SiteUnavailable:
        return SiteUnavailable(
            Text(
                "%(address)s answered with something else than WordPress does. Is a plugin or firewall in between?",
                address=self.address,
            ),
            permanent=True,
        )


def _shown(body: Mapping[str, Any]) -> ShownEntry:
    return ShownEntry(int(body.get("id") or 0), str(body.get("link", "")))
