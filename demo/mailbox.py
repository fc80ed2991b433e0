"""The command line of the local mailbox: `python -m demo.mailbox --smtp-port 2525 --web-port 8103 --folder mail`."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from demo.letters import Letters
from demo.mailbox_web import make_mailbox_app
from demo.receiving import Receiver, Refusal, refusal_of
from demo.serving import address_of, configured, listening, running


@contextmanager
def running_mailbox(folder: Path, refusals: list[Refusal] | None = None) -> Iterator[tuple[Receiver, str]]:
    """A mailbox in threads of this process on free ports, for tests; yields the receiver and the web address."""
    letters = Letters(folder)
    receiver = Receiver(letters, refusals=refusals)
    receiver.start()
    opened = listening()
    try:
        with running(make_mailbox_app(letters, receiver), opened):
            yield receiver, address_of(opened)
    finally:
        receiver.stop()


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.mailbox", description="A local mailbox.")
    parser.add_argument("--smtp-port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--web-port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--folder", type=Path, required=True, help="where letters are kept as .eml files")
    parser.add_argument(
        "--refuse",
        type=refusal_of,
        action="append",
        default=[],
        metavar="PATTERN=CODE[:TIMES]",
        help="refuse recipients, such as bounce@*=550 or later@*=451:2",
    )
    return parser


def main() -> None:
    chosen = arguments().parse_args()
    letters = Letters(chosen.folder)
    receiver = Receiver(letters, port=chosen.smtp_port, refusals=chosen.refuse)
    receiver.start()
    opened = listening(chosen.web_port)
    print(f"mailbox: smtp 127.0.0.1:{receiver.port}, {address_of(opened)}", flush=True)
    try:
        uvicorn.Server(configured(make_mailbox_app(letters, receiver))).run(sockets=[opened])
    finally:
        receiver.stop()


if __name__ == "__main__":
    main()
