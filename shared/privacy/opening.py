"""A process's access to personal data, by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from shared.eventlog.personal import EventSealer
from shared.privacy.keystore import LEASE, KeyStore
from shared.privacy.master import Master, make_master, read_master
from shared.privacy.sealer import PersonalData
from shared.privacy.withheld import Withheld

DATABASE = "juqu_keys"
MASTER_FILE = "persons.key"


@dataclass(frozen=True, slots=True)
class MasterFile:
    """Reads the master key of a file; one in the keys folder is made where it is missing."""

    path: Path
    made: bool

    def __call__(self) -> Master:
        """The master key. Raises ``OSError``, ``ValueError``."""
        if self.made:
            make_master(self.path)
        return read_master(self.path)


def store_url(database_url: str, environment: Mapping[str, str]) -> str:
    """The key store: ``JUQU_KEYS_URL``, else the database ``juqu_keys`` beside the log's, with the same login."""
    return environment.get("JUQU_KEYS_URL") or urlunsplit(urlsplit(database_url)._replace(path=f"/{DATABASE}"))


def master_path(keys_dir: Path, environment: Mapping[str, str]) -> Path:
    """The file of the master key: ``JUQU_MASTER_KEY``, else one in the keys folder."""
    return Path(environment.get("JUQU_MASTER_KEY") or keys_dir / MASTER_FILE)


def personal_data(database_url: str, keys_dir: Path, environment: Mapping[str, str]) -> PersonalData:
    """What a log seals and opens personal data with; connects when first used, and may be sent to another process.

    The key store is that of ``store_url``, as the process's own role; the master key that of ``master_path``, made
    where none is named and it is missing; ``JUQU_KEY_LEASE`` the seconds that a key is remembered. Raises
    what ``read_lease`` raises.
    """
    master = MasterFile(master_path(keys_dir, environment), made=not environment.get("JUQU_MASTER_KEY"))
    return PersonalData(KeyStore(store_url(database_url, environment), master, lease=read_lease(environment)))


def sealer_of(
    database_url: str, keys_dir: Path, environment: Mapping[str, str], *, sees_personal_data: bool
) -> EventSealer:
    """What the log of a process seals and opens with: as ``personal_data``, or nothing where it is not to see any."""
    return personal_data(database_url, keys_dir, environment) if sees_personal_data else Withheld()


def read_lease(environment: Mapping[str, str]) -> float:
    """Seconds that a person's key is remembered; raises ``ValueError`` for what would never end, or is no number."""
    given = environment.get("JUQU_KEY_LEASE") or LEASE
    try:
        lease = float(given)
    except ValueError:
        lease = -1.0
    if not 0 <= lease < inf:
        raise ValueError(f"JUQU_KEY_LEASE is {given!r}; it takes a number of seconds")
    return lease


__all__ = ["master_path", "personal_data", "read_lease", "store_url"]
