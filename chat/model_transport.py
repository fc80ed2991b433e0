"""The connection to a language model: no redirects, and an end to answers that do not end."""

from collections.abc import Iterator

import httpx2


class Bounded(httpx2.HTTPTransport):
    """A connection whose answers are cut off after so many bytes."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self._most = most_bytes

    @classmethod
    def client(cls, most_bytes: int, seconds: float) -> httpx2.Client:
        """A client that speaks over such a connection, straight to the address and nowhere else."""
        return httpx2.Client(
            transport=cls(most_bytes), timeout=seconds, follow_redirects=False, trust_env=False
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        # Packed answers could grow past the bound once they are unpacked.
        request.headers["Accept-Encoding"] = "identity"
        answer = super().handle_request(request)
        if answer.headers.get("content-encoding", "identity") != "identity":
            answer.close()
            raise httpx2.DecodingError("The answer is packed.", request=request)
        answer.stream = _Cut(answer.stream, self._most)
        return answer


class _Cut(httpx2.SyncByteStream):
    def __init__(self, stream: object, most: int) -> None:
        self._stream, self._most = stream, most

    def __iter__(self) -> Iterator[bytes]:
        left = self._most
        for piece in self._stream:  # type: ignore[attr-defined]
            left -= len(piece)
            if left < 0:
                raise httpx2.ReadError("The answer is too long.")
            yield piece

    def close(self) -> None:
        self._stream.close()  # type: ignore[attr-defined]
