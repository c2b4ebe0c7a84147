"""How somebody without an account is told of an answer: the way that they leave in a form."""

from __future__ import annotations

from services.portal.frame.visitor import Visitor
from services.portal.window.subscribing import LANGUAGES


def way_to_be_told(visitor: Visitor) -> dict[str, str]:
    """What is sent to the services of a form. Whoever leaves no address is told by no way."""
    by_a_way = {name: visitor.form.text(name) for name in ("channel", "address") if visitor.form.text(name)}
    return by_a_way | {"language": LANGUAGES[visitor.language]}


__all__ = ["way_to_be_told"]
