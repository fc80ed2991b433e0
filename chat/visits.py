"""A call from a shop's widget, as the chat's addresses take it; what it is stands in `customers/visits.py`."""

from customers.visits import AnyCall, Call, Known, bearer, call_of

__all__ = ["AnyCall", "Call", "Known", "bearer", "call_of"]
