"""How long a field of a command may be: marks on its type. Standard library only.

What has none is a long text of an office (``text_max``), or a name where it is marked as somebody's name or address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Longest:
    """At most as many characters as this parameter of the policy says."""

    parameter: str


Name = Annotated[str, Longest("name_max")]
PublicText = Annotated[str, Longest("public_text_max")]
"""Words of somebody who has no account."""

Reach = Annotated[str, Longest("address_max")]
"""A telephone number, a mail address (254 octets, RFC 5321) or a URL."""

__all__ = ["Longest", "Name", "PublicText", "Reach"]
