"""A delivery: one message to one recipient by one channel, sent once, and honest about what is known of it."""

from services.notify.aggregates.delivery.commands import DeliveryCommand
from services.notify.aggregates.delivery.decide import decide
from services.notify.aggregates.delivery.evolve import evolve
from services.notify.aggregates.delivery.state import Blank, Delivery
from shared.contracts.core import Decider

DELIVERY: Decider[Delivery, DeliveryCommand] = Decider("notify", "delivery", Blank(), evolve, decide)
"""The aggregate; streams are ``notify/delivery/<delivery_id>``."""

__all__ = ["DELIVERY"]
