"""A process's access to personal data, by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from shared.privacy.keystore import LEASE, KeyStore
from shared.privacy.master import Master, make_master, read_master
from shared.privacy.sealer import PersonalData

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


def personal_data(database_url: str, keys_dir: Path, environment: Mapping[str, str]) -> PersonalData:
    """What a log seals and opens personal data with; connects when first used, and may be sent to another process.

    ``JUQU_KEYS_URL`` names the key store, as the process's own role (else the database ``juqu_keys`` beside the log);
    ``JUQU_MASTER_KEY`` the file of the master key (else one in the keys folder, made where it is missing);
    ``JUQU_KEY_LEASE`` the seconds that a key is remembered. Raises ``ValueError`` for a lease that is no number.
    """
    url = environment.get("JUQU_KEYS_URL") or urlunsplit(urlsplit(database_url)._replace(path=f"/{DATABASE}"))
    given = environment.get("JUQU_MASTER_KEY", "")
    master = MasterFile(Path(given) if given else keys_dir / MASTER_FILE, made=not given)
    return PersonalData(KeyStore(url, master, lease=float(environment.get("JUQU_KEY_LEASE") or LEASE)))


__all__ = ["personal_data"]
