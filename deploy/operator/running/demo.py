"""``juqu demo``: five districts from filing to their fate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command()
def demo(
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="DIR", help="The state folder; .juqu-demo where none is given."),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Go on from what an earlier run left there.")] = False,
) -> None:
    """Start everything, drive the five fictitious districts to their end over the public APIs, and show the result."""
    from deploy.demo.run import main

    raise typer.Exit(main(state=state, keep=keep))


__all__ = ["app", "demo"]
