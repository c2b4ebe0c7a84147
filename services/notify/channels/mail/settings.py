"""What mails need besides a server: TLS, signatures, where bounces go."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from pathlib import Path
from urllib.parse import urlsplit

from services.notify.channels.mail.dkim import DkimSigner, UnusableKey, key_in, read_key
from services.notify.channels.mail.message import UnsafeHeader, mail_address, mail_bytes, sender
from services.notify.codes import bounce_address
from shared.contracts.notify import DeliveryRequested
from shared.service.settings import SettingError

DEFAULT_SELECTOR = "juqu"
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTerms:
    """``bounces_to`` is where bounces go, with a code for each delivery put into it. If it is empty they go to the
    sender, and no reports are asked for. ``tls``: ``required``, ``offered`` (taken where the server has it) or empty
    for required unless the server is on this machine. ``certificates`` is a file of authorities besides the
    system's."""

    by: Address
    reply_to: Address | None = None
    tls: str = ""
    certificates: str = ""
    bounces_to: str = ""
    secret: Callable[[], bytes] = bytes
    signers: tuple[DkimSigner, ...] = ()
    _contexts: list[ssl.SSLContext] = field(default_factory=list)

    def content(self, notice: DeliveryRequested) -> bytes:
        """The mail as it leaves, signed, the same at every attempt; raises ``UnsafeHeader``."""
        content = mail_bytes(notice, self.by, self.reply_to)
        for signer in self.signers:
            content = signer.signed(content, notice.dated)
        return content

    def envelope_sender(self, notice: DeliveryRequested) -> str:
        """Who is told where it cannot be delivered."""
        if not self.bounces_to:
            return self.by.addr_spec
        return bounce_address(self.secret(), self.bounces_to, notice.delivery_id)

    def tls_required(self, host: str, *, password: bool) -> bool:
        """Whether this server is spoken to through TLS only. Another machine never gets a ``password`` without it,
        whatever is set."""
        return self.tls == "required" or (host not in _LOCAL and (password or not self.tls))

    def tls_context(self) -> ssl.SSLContext:
        """Checks the server's certificate and name; made once."""
        if not self._contexts:
            context = ssl.create_default_context()
            if self.certificates:
                context.load_verify_locations(self.certificates)
            self._contexts.append(context)
        return self._contexts[0]


@dataclass(frozen=True, slots=True)
class Listening:
    """Where bounces are taken: ``lmtp`` or ``smtp``, and the address for which."""

    protocol: str
    host: str
    port: int
    bounces_to: str


def read_mail_terms(
    environment: Mapping[str, str], keys_dir: Path, by: Address, secret: Callable[[], bytes]
) -> MailTerms:
    """The settings beside the sender, the keys opened; raises ``SettingError`` naming the variable."""
    check_mail_terms(environment)
    return MailTerms(
        by=by,
        reply_to=_mailbox(environment, "JUQU_MAIL_REPLY_TO"),
        tls=environment.get("JUQU_SMTP_TLS", ""),
        certificates=environment.get("JUQU_SMTP_CA", ""),
        bounces_to=_bounces_to(environment),
        secret=secret,
        signers=read_signers(environment, keys_dir, by.domain),
    )


def check_mail_terms(environment: Mapping[str, str]) -> None:
    """Raise ``SettingError`` for what is wrong with them, as far as that can be seen before a key is opened or made."""
    if environment.get("JUQU_SMTP_TLS", "") not in {"", "required", "offered"}:
        raise SettingError("JUQU_SMTP_TLS takes required or offered")
    certificates = environment.get("JUQU_SMTP_CA", "")
    if certificates and not Path(certificates).is_file():
        raise SettingError("JUQU_SMTP_CA takes a file of certificates")
    _mailbox(environment, "JUQU_MAIL_REPLY_TO")
    _bounces_to(environment)


def read_signers(environment: Mapping[str, str], keys_dir: Path, sender_domain: str) -> tuple[DkimSigner, ...]:
    """One for each selector, none without ``JUQU_DKIM_DOMAIN``. A key is made in the folder of keys where none is
    named; that of a selector that begins with ``ed`` is an Ed25519 one. Raises ``SettingError``."""
    domain = _signing_domain(environment, sender_domain)
    if not domain:
        return ()
    selectors = (environment.get("JUQU_DKIM_SELECTOR", "") or DEFAULT_SELECTOR).split(",")
    files = [Path(name) for name in environment.get("JUQU_DKIM_KEY", "").split(",") if name]
    if files and len(files) != len(selectors):
        raise SettingError("JUQU_DKIM_KEY takes as many files as JUQU_DKIM_SELECTOR has names")
    named = bool(files)
    files = files or [keys_dir / f"dkim-{selector}.pem" for selector in selectors]
    return tuple(_signer(domain, selector, file, named=named) for selector, file in zip(selectors, files, strict=True))


def check_signers(environment: Mapping[str, str], sender_domain: str) -> None:
    """Raise ``SettingError`` where ``read_signers`` would, and for keys that sign for no domain; no key is made."""
    named = environment.get("JUQU_DKIM_KEY", "")
    if not _signing_domain(environment, sender_domain):
        if named:
            raise SettingError("JUQU_DKIM_KEY takes JUQU_DKIM_DOMAIN, too: the domain that signs")
    elif named:
        read_signers(environment, Path(), sender_domain)


def _signing_domain(environment: Mapping[str, str], sender_domain: str) -> str:
    """Empty where mails are not signed."""
    domain = environment.get("JUQU_DKIM_DOMAIN", "").lower()
    if domain and not f".{sender_domain.lower()}".endswith(f".{domain}"):
        raise SettingError("JUQU_DKIM_DOMAIN is not the sender's domain, nor one above it: nobody would heed it")
    return domain


def read_listening(environment: Mapping[str, str]) -> Listening | None:
    """Where bounces are taken, ``None`` where they are not; raises ``SettingError``."""
    url = environment.get("JUQU_BOUNCES_LISTEN", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"lmtp", "smtp"} or not parts.hostname or not parts.port:
        raise SettingError("JUQU_BOUNCES_LISTEN takes lmtp://host:port or smtp://host:port")
    bounces_to = _bounces_to(environment)
    if not bounces_to:
        raise SettingError("JUQU_BOUNCES_LISTEN takes what JUQU_BOUNCES_TO names, and that is not set")
    return Listening(parts.scheme, parts.hostname, parts.port, bounces_to)


def read_public_url(environment: Mapping[str, str]) -> str:
    """Where the public reaches notify, without a slash at the end. If it is empty, mails have no address to unsubscribe
    at. Raises ``SettingError``."""
    url = environment.get("JUQU_PUBLIC_URL", "").rstrip("/")
    if url and (not url.startswith(("https://", "http://")) or len(url) > 200 or not url.isascii()):
        raise SettingError("JUQU_PUBLIC_URL takes https://...")
    return url


def _signer(domain: str, selector: str, file: Path, *, named: bool) -> DkimSigner:
    try:
        key = read_key(file.read_bytes()) if named else key_in(file, "ed25519" if selector.startswith("ed") else "rsa")
        return DkimSigner(domain, selector, key)
    except (UnusableKey, OSError) as error:
        raise SettingError(f"JUQU_DKIM_KEY: {file.name} cannot be used: {error}") from None


def _mailbox(environment: Mapping[str, str], name: str) -> Address | None:
    text = environment.get(name, "")
    try:
        return sender(text) if text else None
    except UnsafeHeader as error:
        raise SettingError(f"{name} takes 'name <address>': {error}") from None


def _bounces_to(environment: Mapping[str, str]) -> str:
    address = environment.get("JUQU_BOUNCES_TO", "")
    if not address:
        return ""
    try:
        plain = mail_address("", address).username
    except UnsafeHeader as error:
        raise SettingError(f"JUQU_BOUNCES_TO takes an address: {error}") from None
    if not address.isascii() or "+" in plain or len(plain) > 14:
        raise SettingError("JUQU_BOUNCES_TO takes an address whose name has at most 14 letters and no +")
    return address
