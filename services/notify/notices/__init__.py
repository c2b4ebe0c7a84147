"""Which event tells whom, by which channel, in which words."""

from services.notify.notices.people import Case, People, Person, Subscriber
from services.notify.notices.rendering import DeliveryRequest
from services.notify.notices.rule import NoticeRule
from services.notify.notices.table import NOTICES, notices_for

__all__ = ["NOTICES", "Case", "DeliveryRequest", "NoticeRule", "People", "Person", "Subscriber", "notices_for"]
