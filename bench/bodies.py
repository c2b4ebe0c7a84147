"""The bodies of requests, as the servers beside ours take them."""

from __future__ import annotations

from pydantic import BaseModel


class UnitBody(BaseModel):
    """An applicant."""

    name: str
    uscc: str


class DraftBody(BaseModel):
    """What opens a draft."""

    division_code: str
    county_unit: UnitBody
    key_unit: UnitBody


class WithdrawalBody(BaseModel):
    """What takes it back."""

    reason: str
