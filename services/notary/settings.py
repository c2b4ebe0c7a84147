"""What the notary is told by its environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.notary.memory import Memory, memory_of
from shared.notary.note import Malformed, SignatureType, Verifier, proper_name
from shared.service.settings import SettingError, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class NotarySettings:
    """``origin`` names the log and its key; ``key`` is the file of the private key; ``interval`` are seconds between
    checkpoints of a log that grows; ``witnesses`` are the keys whose cosignatures are taken; ``memory_file`` remembers
    what was signed, beside the key where it is left out."""

    origin: str
    key: Path
    interval: float
    witnesses: tuple[Verifier, ...] = ()
    memory_file: Path | None = None

    @property
    def memory(self) -> Memory:
        """Where what was signed is remembered."""
        return Memory(self.memory_file) if self.memory_file else memory_of(self.key)


def read_notary_settings(settings: Settings) -> NotarySettings:
    """From ``JUQU_NOTARY_ORIGIN`` (juqu.local/log), ``JUQU_NOTARY_KEY`` (notary.key in the keys folder, where it is
    made when absent; a file that is named here is never made), ``JUQU_NOTARY_MEMORY`` (beside the key, with the ending
    .signed), ``JUQU_NOTARY_INTERVAL`` (60, in seconds) and ``JUQU_NOTARY_WITNESSES`` (verifier keys, parted by blanks).
    Raises ``SettingError``."""
    environment = settings.environment
    origin = _origin(environment.get("JUQU_NOTARY_ORIGIN", "juqu.local/log"))
    given = environment.get("JUQU_NOTARY_INTERVAL", "60")
    try:
        interval = float(given)
    except ValueError:
        interval = 0.0
    if not 0 < interval < float("inf"):
        raise SettingError(f"JUQU_NOTARY_INTERVAL is {given!r}; it takes a number of seconds above 0")
    return NotarySettings(
        origin=origin,
        key=_key(settings),
        interval=interval,
        witnesses=tuple(map(_witness, environment.get("JUQU_NOTARY_WITNESSES", "").split())),
        memory_file=Path(memory) if (memory := environment.get("JUQU_NOTARY_MEMORY", "")) else None,
    )


def _origin(given: str) -> str:
    try:
        return proper_name(given)
    except Malformed:
        raise SettingError(f"JUQU_NOTARY_ORIGIN is {given!r}; it takes a name without white space and plus") from None


def _key(settings: Settings) -> Path:
    named = settings.environment.get("JUQU_NOTARY_KEY", "")
    if named and not Path(named).is_file():
        raise SettingError(f"JUQU_NOTARY_KEY is {named!r}; there is no such file")
    return Path(named) if named else settings.keys_dir / "notary.key"


def _witness(vkey: str) -> Verifier:
    try:
        verifier = Verifier.parse(vkey)
    except Malformed as error:
        raise SettingError(f"JUQU_NOTARY_WITNESSES: {error}") from None
    if verifier.kind is not SignatureType.WITNESS:
        raise SettingError(f"JUQU_NOTARY_WITNESSES: {vkey} is not a witness's key (type 0x04)")
    return verifier
