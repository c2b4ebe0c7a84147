"""Which event tells whom, by which channel, in which words."""

from services.notify.notices.people import Choices, Participant, Parties, People, Subscriber, Topic
from services.notify.notices.rule import NoticeRule
from services.notify.notices.table import NOTICES, RULES, notices_for

__all__ = [
    "NOTICES",
    "RULES",
    "Choices",
    "NoticeRule",
    "Participant",
    "Parties",
    "People",
    "Subscriber",
    "Topic",
    "notices_for",
]
