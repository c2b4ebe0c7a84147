"""What the DNS is to say of the keys that mails are signed with."""

from __future__ import annotations

import os
from pathlib import Path

from deploy.operator.frame.failures import Unable
from deploy.operator.frame.system import environment_of, keys_folder
from services.notify.channels.mail.settings import read_signers
from shared.service.settings import SettingError


def dns_records(state: Path, domain: str, selector: str) -> list[str]:
    """A TXT record for each key, which is made in the keys folder where it is not there yet; raises ``Unable``."""
    environment = {**os.environ, "JUQU_DKIM_DOMAIN": domain, "JUQU_DKIM_SELECTOR": selector}
    keys = keys_folder(state, environment_of(state))
    try:
        signers = read_signers(environment, keys, domain)
    except SettingError as error:
        raise Unable(str(error)) from None
    return [f"{name}. IN TXT {' '.join(_quoted(text))}" for name, text in (signer.record for signer in signers)]


def _quoted(text: str) -> list[str]:
    """A DNS string holds at most 255 octets; several are read as one."""
    return [f'"{text[start : start + 255]}"' for start in range(0, len(text), 255)]


__all__ = ["dns_records"]
