"""What tests of this room may ask for."""

from .desk import desk, shop

__all__ = ["desk", "shop"]
