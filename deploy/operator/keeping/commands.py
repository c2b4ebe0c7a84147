"""``juqu backup`` and ``drill``: the database in one folder, and whether that would help one day."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from deploy.operator.frame import screen
from deploy.operator.frame.failures import NO
from deploy.operator.frame.hints import typed
from deploy.operator.frame.options import DEFAULT_STATE, AsJson, State
from deploy.operator.frame.system import find_system

backup_app = typer.Typer(add_completion=False)
drill_app = typer.Typer(add_completion=False, no_args_is_help=True, help="Trying in time what will be needed one day.")
APPS = {"backup": backup_app, "drill": drill_app}


@backup_app.command()
def backup(
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where: a folder of its own is made in it.")],
    keys_to: Annotated[
        Path | None, typer.Option("--keys-to", metavar="DIR", help="The persons' keys too, here, apart from the rest.")
    ] = None,
    log_only: Annotated[
        bool, typer.Option("--log-only", help="Without the rows of read models, which are plain: for long keeping.")
    ] = False,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Write the whole database, in one consistent state, with its newest checkpoint and public keys, while it serves.

    The persons' keys are never in it: who has both can read what was erased since. `juqu drill restore` tries it.
    """
    from deploy.operator.keeping.backup import back_up, check_apart

    check_apart(keys_to, to)
    system = find_system(state)
    began = monotonic()
    done = back_up(system, to, keys_to, log_only=log_only)
    manifest, seconds = done.manifest, monotonic() - began
    if machine:
        facts = {"folder": str(done.folder), "seconds": seconds, "keys": str(done.keys or "")}
        screen.as_json(facts | asdict(manifest))
        return
    screen.line(f"{manifest.head:,} events, {manifest.bytes:,} bytes, in {seconds:.1f} s: {done.folder}", "green")
    if manifest.size < 0:
        screen.aside(
            typed("There is no checkpoint yet, so a drill can prove nothing: `juqu log checkpoint --now`"), "yellow"
        )
    apart = f"The persons' keys: {done.keys}" if done.keys else ""
    screen.line(apart or "Without the persons' keys, which go elsewhere: --keys-to.")
    screen.aside("Documents and the keys folder are not in it; see docs/operations.md.")


@drill_app.callback()
def drill() -> None:
    """Nothing of its own."""


@drill_app.command()
def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `juqu backup` made.")],
    *,
    key: Annotated[
        list[str] | None, typer.Option("--key", metavar="VKEY", help="A public key that you kept; else the backup's.")
    ] = None,
    keys: Annotated[
        Path | None, typer.Option("--keys", metavar="FILE", help="The key store's backup, to be tried with it.")
    ] = None,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Restore a backup to a second server, verify the chain there, rebuild read models there, and remove it all again.

    With --keys the key store's backup and the master key's file open personal data, else the running system's key
    store; without either only read models that hold none are rebuilt. Exit code 1: the backup does not hold.
    """
    from deploy.operator.keeping.drill import try_out, verdict

    manifest, trial = try_out(folder, key or (), keys, state, lambda step: screen.aside(f"{step} ..."))
    if machine:
        facts = {"holds": not trial.trouble, "events": trial.events, "seconds": trial.seconds}
        compared = {"equal": trial.equal, "not_compared": trial.alone}
        screen.as_json(facts | {"steps": dict(trial.steps), "trouble": trial.trouble} | compared)
    else:
        screen.table(("step", "seconds"), [(name, f"{seconds:.1f}") for name, seconds in trial.steps])
        for sentence in trial.trouble:
            screen.line(f"  {sentence}", "yellow")
        screen.line(verdict(trial, manifest), "red" if trial.trouble else "green")
    if trial.trouble:
        raise typer.Exit(NO)


__all__ = ["APPS"]
