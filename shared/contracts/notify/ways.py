"""The channels and languages of notices."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """By which way somebody is told."""

    MAIL = "mail"
    SMS = "sms"
    WEBHOOK = "webhook"
    """Another system's address, in the Standard Webhooks form."""


class Language(StrEnum):
    """In which language somebody is told."""

    CHINESE = "zh-CN"
    ENGLISH = "en"
