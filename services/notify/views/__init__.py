"""Notify's read models: deliveries with their attempts, and the people that notices are for."""

from services.notify.views.deliveries import DELIVERIES
from services.notify.views.people import PEOPLE

__all__ = ["DELIVERIES", "PEOPLE"]
