"""How the shop behaves beside being right: its speed, its webhooks' delay, and faults on demand."""

import random
import threading
import time
from dataclasses import dataclass, field

from demo.answers import Answer

MODES = ("errors_500", "html_errors", "slow", "cut", "broken_json", "clock_skew", "down")

# FACTS section 9, pooled session, one request at a time: 10 rows 94 ms, 50 rows 210 ms, 100 rows 330 ms, and with
# three fields 100 rows 150 ms. Two at a time were hardly faster at 100 rows, so one lane serves all requests.
REQUEST_SECONDS = 0.062
ROW_SECONDS = 0.0027
LIGHT_ROW_SECONDS = 0.0009

CRITICAL = (
    b'{"code":"internal_server_error","message":"<p>There has been a critical error on this website.<\\/p>'
    b'<p><a href=\\"https:\\/\\/wordpress.org\\/documentation\\/article\\/faq-troubleshooting\\/\\">Learn more about '
    b'troubleshooting WordPress.<\\/a><\\/p>","data":{"status":500},"additional_errors":[]}'
)
GATEWAY_PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)
MAINTENANCE_PAGE = (
    b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Briefly unavailable for scheduled "
    b"maintenance. Check back in a minute.</h1></body></html>"
)
PHP_WARNING = (
    b"<br />\n<b>Warning</b>:  Undefined array key &quot;vat&quot; in "
    b"<b>/var/www/html/wp-content/plugins/some-plugin/checkout.php</b> on line <b>112</b><br />\n"
)


@dataclass
class Fault:
    """One kind of misbehaviour; ends after `count` requests, or never when `count` is None."""

    mode: str
    count: int | None = None
    probability: float = 1.0
    seconds: float = 5.0
    """How long `slow` waits; how far `clock_skew` puts the clock ahead."""


@dataclass
class Conduct:
    """What the command line and `/demo/misbehave` may turn."""

    throttled: bool = False
    webhook_delay_seconds: float = 0.5
    """The real store takes 6 to 75 s (FACTS section 7); a demo should show a click at once."""
    webhook_copies: int = 1
    webhook_shuffle: bool = False
    fault: Fault | None = None
    lane_free_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault_now(self) -> Fault | None:
        """The fault this request meets, counted down."""
        with self.lock:
            fault = self.fault
            if fault is None or fault.mode == "clock_skew" or random.random() >= fault.probability:
                return None
            if fault.count is not None:
                fault.count -= 1
                if fault.count <= 0:
                    self.fault = None
            return fault

    @property
    def is_down(self) -> bool:
        return self.fault is not None and self.fault.mode == "down"

    def wait_seconds(self, answer: Answer, came_at: float) -> float:
        """How long the real store would still need for a request that came at this monotonic time."""
        if not self.throttled:
            return 0.0
        each = LIGHT_ROW_SECONDS if answer.light else ROW_SECONDS
        with self.lock:
            self.lane_free_at = max(self.lane_free_at, came_at) + REQUEST_SECONDS + answer.rows * each
            return max(0.0, self.lane_free_at - time.monotonic())


def spoiled(fault: Fault, answer: Answer) -> Answer:
    """The answer as a faulty shop gives it; `slow` and `cut` are done where bytes are sent."""
    if fault.mode == "errors_500":
        return Answer(500, CRITICAL, {"Content-Type": "application/json; charset=UTF-8"})
    if fault.mode == "html_errors":
        return Answer(502, GATEWAY_PAGE, {"Content-Type": "text/html"})
    if fault.mode == "down":
        return Answer(
            503, MAINTENANCE_PAGE, {"Content-Type": "text/html; charset=utf-8", "Retry-After": "600"}
        )
    if fault.mode == "broken_json":
        answer.body = PHP_WARNING + answer.body
    return answer
