"""Request parameters: read the way PHP reads them, checked and refused in WordPress' own words."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from demo.answers import RestError

Check = Callable[[str, Any], Any]
"""Takes the parameter's name and raw value, gives the typed value, raises `Unfit`."""


class Unfit(Exception):
    def __init__(self, code: str, message: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


def query_pairs(query: str) -> list[tuple[str, str]]:
    """The query as PHP names it: `include[]=1&include[]=2` becomes `include[0]`, `include[1]`."""
    seen: dict[str, int] = {}
    pairs = []
    for raw, value in parse_qsl(query, keep_blank_values=True):
        name = raw
        if raw.endswith("[]"):
            stem = raw[:-2]
            name = f"{stem}[{seen.get(stem, 0)}]"
            seen[stem] = seen.get(stem, 0) + 1
        pairs.append((name, value))
    return pairs


def query_values(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Names to values; `name[0]`, `name[1]` become a list, a name given twice keeps its last value."""
    values: dict[str, Any] = {}
    for name, value in pairs:
        found = re.fullmatch(r"([^\[]+)\[[^\]]*\]", name)
        if found:
            listed = values.setdefault(found[1], [])
            if isinstance(listed, list):
                listed.append(value)
                continue
        values[name] = value
    return values


def integer(minimum: int | None = None, maximum: int | None = None) -> Check:
    def check(name: str, value: Any) -> int:
        if isinstance(value, bool) or not re.fullmatch(r"\s*[+-]?\d+(\.0*)?\s*", str(value)):
            raise Unfit("rest_invalid_type", f"{name} is not of type integer.", {"param": name})
        number = int(float(str(value)))
        if minimum is not None and maximum is not None:
            if not minimum <= number <= maximum:
                bounds = f"between {minimum} (inclusive) and {maximum} (inclusive)"
                raise Unfit("rest_out_of_bounds", f"{name} must be {bounds}")
        elif minimum is not None and number < minimum:
            raise Unfit("rest_out_of_bounds", f"{name} must be greater than or equal to {minimum}")
        return number

    return check


def boolean(name: str, value: Any) -> bool:
    if str(value).lower() in {"true", "1", "yes"}:
        return True
    if str(value).lower() in {"false", "0", "no", ""}:
        return False
    raise Unfit("rest_invalid_type", f"{name} is not of type boolean.", {"param": name})


def text(name: str, value: Any) -> str:
    if isinstance(value, list | dict):
        raise Unfit("rest_invalid_type", f"{name} is not of type string.", {"param": name})
    return str(value)


def choice(options: Sequence[str]) -> Check:
    def check(name: str, value: Any) -> str:
        if value not in options:
            listed = ", ".join(options[:-1]) + f", and {options[-1]}"
            raise Unfit("rest_not_in_enum", f"{name} is not one of {listed}.")
        return str(value)

    return check


def many(check: Check) -> Check:
    """A list: `a,b`, `name[0]=a&name[1]=b`, or a JSON array."""

    def check_each(name: str, value: Any) -> list[Any]:
        items = (
            value if isinstance(value, list) else [part for part in re.split(r"[\s,]+", str(value)) if part]
        )
        return [check(f"{name}[{place}]", item) for place, item in enumerate(items)]

    return check_each


DATE = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|z|[+-]\d\d(?::?\d\d)?)?")


def moment(name: str, value: Any) -> datetime:
    """A date-time; without an offset the result stays naive, because its zone depends on `dates_are_gmt`."""
    found = DATE.fullmatch(str(value))
    if not found:
        raise Unfit("rest_invalid_date", "Invalid date.")
    try:
        bare = datetime.fromisoformat(f"{found[1]}T{found[2]}")  # noqa: DTZ007,RUF100 - see docstring
    except ValueError:
        raise Unfit("rest_invalid_date", "Invalid date.") from None
    if not found[3]:
        return bare
    if found[3] in "Zz":
        return bare.replace(tzinfo=UTC)
    digits = found[3][1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return (bare - ahead if found[3][0] == "+" else bare + ahead).replace(tzinfo=UTC)


def fields(name: str, value: Any) -> list[str]:
    parts = value if isinstance(value, list) else re.split(r"[\s,]+", str(value))
    return [part for part in parts if part]


COLLECTION: dict[str, Check] = {
    "page": integer(minimum=1),
    "per_page": integer(minimum=1, maximum=100),
    "offset": integer(),
    "order": choice(["asc", "desc"]),
    "search": text,
    "include": many(integer()),
    "exclude": many(integer()),
    "_fields": fields,
}
"""What every list takes (FACTS section 2)."""

DATES: dict[str, Check] = {
    "after": moment,
    "before": moment,
    "modified_after": moment,
    "modified_before": moment,
    "dates_are_gmt": boolean,
}


def checked(given: Mapping[str, Any], checks: Mapping[str, Check]) -> dict[str, Any]:
    """The known parameters, typed; unknown ones are ignored as WordPress does. All faults are told at once."""
    values: dict[str, Any] = {}
    faults: dict[str, Unfit] = {}
    for name, check in checks.items():
        if name in given:
            try:
                values[name] = check(name, given[name])
            except Unfit as fault:
                faults[name] = fault
    if faults:
        raise RestError(
            "rest_invalid_param",
            f"Invalid parameter(s): {', '.join(faults)}",
            400,
            {
                "params": {name: fault.message for name, fault in faults.items()},
                "details": {
                    name: {"code": fault.code, "message": fault.message, "data": fault.data}
                    for name, fault in faults.items()
                },
            },
        )
    return values
