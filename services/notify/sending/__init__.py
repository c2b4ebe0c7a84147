"""Sending: what is ready goes out, each attempt committed before its first byte leaves."""

from services.notify.sending.office import SendingOffice

__all__ = ["SendingOffice"]
