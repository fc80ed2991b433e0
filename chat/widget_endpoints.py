"""The widget's script and its files, for any page of the shop. Nothing here knows who asks, and no cookie is set."""

import hashlib
import json
from typing import Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from chat import look, widget_texts
from chat.desk_tables import ChatSetting
from chat.widget_files import File, edition, file
from connector import queries as shops
from connector.errors import StoreNotFound
from connector.tables import Store
from core.database import Reading
from core.languages import LANGUAGES, language_of

router = APIRouter(include_in_schema=False)

# A shop's new colour is seen within minutes; a browser that has the script shows it at once and looks meanwhile.
LAUNCHER_KEPT = "public, max-age=300, stale-while-revalidate=86400"
FILES_KEPT = "public, max-age=31536000, immutable"
# Scripts are for pages of other sites, and hold nothing that anybody may not see.
FOR_ALL_SITES = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}
UNKNOWN = "// Aftercart: there is no shop of this name here. Please take the two lines from the chat's settings anew.\n"
OFF = "// Aftercart: the chat of this shop is switched off.\n"


@router.get("/widget.js")
def launcher(request: Request, session: Reading, shop: str = Query("", max_length=100)) -> Response:
    """The launcher with the shop's look; a remark alone for a shop that is unknown (404) or has its chat switched off."""
    try:
        store = shops.store_by_public_id(session, shop)
    except StoreNotFound:
        return _script(request, file(UNKNOWN), status=404, kept="no-cache")
    setting = session.get(ChatSetting, store.id)
    if setting is not None and not setting.on:
        return _script(request, file(OFF), kept=LAUNCHER_KEPT)
    facts = json.dumps(_facts(store, setting), ensure_ascii=False, separators=(",", ":"))
    return _script(request, file(f"const setup={facts};\n{edition().launcher}"), kept=LAUNCHER_KEPT)


@router.get("/widget/{name}/{part}")
def part(request: Request, name: str, part: str) -> Response:
    """One file of the widget. A launcher of an earlier release is led to the files of this one."""
    found = edition().files.get(part)
    if found is None:
        return _script(request, file("// Aftercart: there is no such file.\n"), status=404, kept="no-cache")
    if name != edition().name:
        headers = FOR_ALL_SITES | {"Cache-Control": "no-store"}
        return RedirectResponse(f"../{edition().name}/{part}", status_code=302, headers=headers)
    return _script(request, found, kept=FILES_KEPT)


def _facts(store: Store, setting: ChatSetting | None) -> dict[str, Any]:
    """What the launcher is told of the shop."""
    return {
        "shop": store.public_id,
        "name": store.name,
        "edition": edition().name,
        "language": language_of(store.locale) or LANGUAGES[0],
        "words": {language: widget_texts.words(widget_texts.LAUNCHER, language) for language in LANGUAGES},
        **look.look_of(setting.look if setting else {}).before_opening(),
    }


def _script(request: Request, found: File, *, kept: str, status: int = 200) -> Response:
    """The script, packed for whoever takes it so, and a 304 for whoever has it."""
    tag = f'W/"{hashlib.sha256(found.plain).hexdigest()[:24]}"'
    headers = FOR_ALL_SITES | {"Cache-Control": kept, "ETag": tag}
    if status == 200 and tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(
        found.packed if packed else found.plain,
        status_code=status,
        media_type="text/javascript; charset=utf-8",
        headers=headers,
    )
