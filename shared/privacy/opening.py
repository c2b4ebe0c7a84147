"""A process's access to personal data, by its environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from shared.privacy.keystore import LEASE, KeyStore
from shared.privacy.master import Master, make_master, read_master
from shared.privacy.sealer import PersonalData

DATABASE = "juqu_keys"
MASTER_FILE = "persons.key"


def personal_data(database_url: str, keys_dir: Path, environment: Mapping[str, str]) -> PersonalData:
    """What a log seals and opens personal data with; connects when first used.

    ``JUQU_KEYS_URL`` names the key store, as the process's own role (else the database ``juqu_keys`` beside the log);
    ``JUQU_MASTER_KEY`` the file of the master key (else one in the keys folder, made where it is missing);
    ``JUQU_KEY_LEASE`` the seconds that a key is remembered. Raises ``ValueError`` for a lease that is no number.
    """
    url = environment.get("JUQU_KEYS_URL") or urlunsplit(urlsplit(database_url)._replace(path=f"/{DATABASE}"))
    lease = float(environment.get("JUQU_KEY_LEASE") or LEASE)
    return PersonalData(KeyStore(url, _master(keys_dir, environment.get("JUQU_MASTER_KEY", "")), lease=lease))


def _master(keys_dir: Path, given: str) -> Callable[[], Master]:
    def read() -> Master:
        if given:
            return read_master(Path(given))
        make_master(keys_dir / MASTER_FILE)
        return read_master(keys_dir / MASTER_FILE)

    return read


__all__ = ["personal_data"]
