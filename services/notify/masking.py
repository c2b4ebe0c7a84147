"""Addresses as lists show them."""

from __future__ import annotations

import re

_ADDRESSES = re.compile(r"\w+://[^\s<>\"']+|[^\s<>\"'(),:;]+@[\w.-]+\w|\+?\d{8,}")
"""What looks like an address of any channel within a text."""


def masked(address: str) -> str:
    """An address of which only enough is left to be told apart: ``c***@example.org``, ``+86****0005``."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    if "://" in address:
        return re.sub(r"^(\w+://[^/]+).*", r"\1/***", address)
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else "***" if address else ""


def without_addresses(text: str) -> str:
    """A text, such as a provider's answer, in which every address is masked."""
    return _ADDRESSES.sub(lambda found: masked(found[0]), text)


__all__ = ["masked", "without_addresses"]
