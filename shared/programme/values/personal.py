"""Which fields of events are somebody's personal data: marks on their types. Standard library only.

A field marked as sealed is stored encrypted under the key of the person it is about; erasing the person destroys that
key. All marked fields of one dataclass are about one person, each text of a tuple is about a person of its own. Who
it is follows from what is marked: ids that they go by, or name and telephone, or name and mail address, or name and
unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from shared.programme.values.writing import Writing

ERASED = "（已删除）"
"""What a sealed field says once its person is erased."""


class Personal(StrEnum):
    """What a sealed field holds."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    """A telephone number or a mail address."""
    TEXT = "text"
    """Words in which anything personal may stand; they tell nobody who the person is."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The field is stored encrypted."""

    kind: Personal


@dataclass(frozen=True, slots=True)
class GoesBy:
    """The field is an opaque id that the person goes by (``expert``, ``delivery``); it is stored as it is. A document's
    title and its file's name go by the document's: what is erased there is the name, whoever stands in it.

    ``office`` is an office's name: such an id where it is ``expert:<id>``, ``subscriber:<id>`` or ``letter:<id>``, else
    the unit that a name without an address belongs to.
    """

    by: str


PersonName = Annotated[str, Sealed(Personal.NAME)]
Phone = Annotated[str, Sealed(Personal.PHONE)]
Email = Annotated[str, Sealed(Personal.EMAIL)]
Address = Annotated[str, Sealed(Personal.ADDRESS)]
PersonalText = Annotated[str, Sealed(Personal.TEXT)]
DocumentName = Annotated[str, Sealed(Personal.TEXT), Writing.LINE]
"""A document's title, or its file's name, in which names of people stand."""
ExpertId = Annotated[str, GoesBy("expert")]
SubscriberId = Annotated[str, GoesBy("subscriber")]
DeliveryId = Annotated[str, GoesBy("delivery")]
ObjectionId = Annotated[str, GoesBy("objection")]
LetterId = Annotated[str, GoesBy("letter")]
FeedbackId = Annotated[str, GoesBy("feedback")]
AttachmentId = Annotated[str, GoesBy("attachment")]
FileHash = Annotated[str, GoesBy("file")]
OfficeName = Annotated[str, GoesBy("office")]

__all__ = [
    "ERASED",
    "Address",
    "AttachmentId",
    "DeliveryId",
    "DocumentName",
    "Email",
    "ExpertId",
    "FeedbackId",
    "FileHash",
    "GoesBy",
    "LetterId",
    "ObjectionId",
    "OfficeName",
    "PersonName",
    "Personal",
    "PersonalText",
    "Phone",
    "Sealed",
    "SubscriberId",
]
