"""``juqu dkim record``: what the DNS is to say of the keys that mails are signed with."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from deploy.operator.frame.failures import Unable
from deploy.operator.frame.system import DEFAULT_STATE, State, environment_of, keys_folder
from services.notify.channels.mail.settings import read_signers
from shared.service.settings import SettingError

app = typer.Typer(help="The keys that mails are signed with.", no_args_is_help=True)


@app.callback()
def dkim() -> None:
    """The keys that mails are signed with."""


@app.command()
def record(
    domain: Annotated[
        str, typer.Option(envvar="JUQU_DKIM_DOMAIN", help="The domain that signs: the sender's, or one above it.")
    ],
    selector: Annotated[
        str, typer.Option(envvar="JUQU_DKIM_SELECTOR", help="The keys' names, with commas; ed...: Ed25519.")
    ] = "juqu",
    state: State = DEFAULT_STATE,
) -> None:
    """Print the TXT records of the keys. A key that is not there yet is made in the keys folder."""
    given = {**os.environ, "JUQU_DKIM_DOMAIN": domain, "JUQU_DKIM_SELECTOR": selector}
    keys = keys_folder(state, environment_of(state))
    try:
        signers = read_signers(given, keys, domain)
    except SettingError as error:
        raise Unable(str(error)) from None
    for each in signers:
        name, text = each.record
        typer.echo(f"{name}. IN TXT {' '.join(_quoted(text))}")


def _quoted(text: str) -> list[str]:
    """A DNS string holds at most 255 octets; several are read as one."""
    return [f'"{text[start : start + 255]}"' for start in range(0, len(text), 255)]
