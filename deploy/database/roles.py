"""Who logs in to the database: the services, the relay, the notary, the operators; and the URLs that they do it by."""

from urllib.parse import quote, urlsplit, urlunsplit

from shared.contracts.core import DECIDING

SERVICES = (*DECIDING, "portal")
"""The services that keep read models: those, and the portal."""

OPERATOR = "juqu_operator"
ROLES = (*(f"juqu_{service}" for service in SERVICES), "juqu_relay", "juqu_notary", OPERATOR)
"""One login each for the services, the publisher (``juqu_relay``), the notary (``juqu_notary``) and the command line
(``juqu_operator``)."""

KEYS = "juqu_keys"
"""The database of the persons' keys, beside the log's where ``JUQU_KEYS_URL`` names no other."""


def service_url(owner_url: str, role: str, password: str) -> str:
    """The same server and database, as another role."""
    parts = urlsplit(owner_url)
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(role, safe='')}:{quote(password, safe='')}@{address}"))


def beside(url: str, database: str) -> str:
    """The same login and server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
