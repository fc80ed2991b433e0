"""A bare fan-out for comparison: rooms of sockets in one uvicorn process, nothing kept and nobody checked.

Run with: python -m bench.stage.bare PORT
"""

import json
import sys
from collections import defaultdict

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

ROOMS: dict[str, set[WebSocket]] = defaultdict(set)


async def chat(websocket: WebSocket) -> None:
    await websocket.accept()
    room = ROOMS[json.loads(await websocket.receive_text())["token"]]
    room.add(websocket)
    await websocket.send_text('{"type":"ready","conversations":[]}')
    try:
        while True:
            said = json.loads(await websocket.receive_text())
            event = {"seq": 1, "client_id": said["client_id"], "text": said["text"]}
            frame = json.dumps({"type": "event", "conversation": said["conversation"], "event": event})
            for one in room:
                await one.send_text(frame)
    except WebSocketDisconnect:
        room.discard(websocket)


def main() -> None:
    app = Starlette(routes=[WebSocketRoute("/api/chat/{shop}/socket", chat)])
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
