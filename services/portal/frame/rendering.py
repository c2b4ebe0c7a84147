"""Templates: Jinja2, with everything escaped and nothing undefined let pass."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.portal.frame import wording

_ROOM = Path(__file__).resolve().parents[1]


class Rendering:
    """The templates of ``services/portal/templates`` and the files of ``services/portal/static``."""

    def __init__(self) -> None:
        self.static_folder = _ROOM / "static"
        self.environment = Environment(
            loader=FileSystemLoader(_ROOM / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self.environment.globals["static"] = self.address_of
        self.environment.filters |= {"number": wording.number, "size": wording.size}

    @cached_property
    def edition(self) -> str:
        """What the addresses of the static files hold, so that a browser may keep them for ever: it changes with any
        of them."""
        digest = sha256()
        for file in sorted(self.static_folder.rglob("*")):
            if file.is_file():
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()[:12]

    def address_of(self, name: str) -> str:
        """The path of a static file."""
        return f"/static/{self.edition}/{name}"

    def render(self, template: str, context: Mapping[str, Any]) -> str:
        """A page. Raises what Jinja2 raises: a name that a template uses and nobody gave is an error."""
        return self.environment.get_template(template).render(context)


__all__ = ["Rendering"]
