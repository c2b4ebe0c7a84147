"""Which event tells whom, by which channel, in which words."""

from services.notify.notices.people import Case, People, Person, Preferences, Subscriber, Topic
from services.notify.notices.rule import NoticeRule
from services.notify.notices.table import NOTICES, RULES, notices_for

__all__ = [
    "NOTICES",
    "RULES",
    "Case",
    "NoticeRule",
    "People",
    "Person",
    "Preferences",
    "Subscriber",
    "Topic",
    "notices_for",
]
