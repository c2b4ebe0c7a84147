"""Asking services as an operator, by HTTP. What that takes is imported when one is asked."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from deploy.operator.frame import records
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.system import System
from shared.service.settings import DEVELOPMENT


def ask_notify(
    system: System, method: str, path: str, *, body: Any = None, params: Mapping[str, str] | None = None, hint: str = ""
) -> Any:
    """What notify answers to the operator; raises ``Unable`` in its words, with a hint, where it refuses."""
    return ask(system, "notify", method, path, body=body, params=params, hint=hint)


def ask(
    system: System,
    service: str,
    method: str,
    path: str,
    *,
    body: Any = None,
    params: Mapping[str, str] | None = None,
    hint: str = "",
) -> Any:
    """What a service answers to the operator; raises ``Unable`` in its words, with a hint, where it refuses."""
    import httpx

    variable = f"JUQU_{service.upper()}_URL"
    base = system.services.get(service) or os.environ.get(variable, "")
    if not base:
        raise Unable(f"{service.title()}'s address is not known.", f"Set {variable}, or start the system: `juqu up`")
    headers = {"Authorization": f"Bearer {_token(system)}", "Idempotency-Key": str(uuid4())}
    try:
        answer = httpx.request(method, base + path, headers=headers, json=body, params=params, timeout=30.0)
    except httpx.HTTPError as error:
        raise Unable(
            f"{service.title()} does not answer at {base}: {error}", "Is the system running? Start it: `juqu up`"
        ) from None
    if answer.is_success:
        return answer.json()
    try:
        problem = answer.json()
    except json.JSONDecodeError:
        raise Unable(f"{service.title()} answers {answer.status_code}.") from None
    raise Unable(_words(problem), hint or _remedy(problem), code=NO)


def _words(problem: Mapping[str, Any]) -> str:
    """A problem in a sentence of each language: what is wrong, in which field, on which clause."""
    reasons = problem.get("reasons", ())
    at = f" [{problem['field']}]" if problem.get("field") else ""
    clause = problem.get("clause", "-").strip("-")
    where = at + (f" ({clause})" if clause else "")
    detail = problem.get("detail") or "; ".join(f"{each['field']}: {each['message']}" for each in reasons)
    told = f"{problem.get('title', 'It refuses')}{f': {detail}' if detail else ''}{where}"
    detail_zh = problem.get("detail_zh") or "；".join(f"{each['field']}：{each['message_zh']}" for each in reasons)
    return f"{told}\n{problem['title_zh']}{f'：{detail_zh}' if detail_zh else ''}" if "title_zh" in problem else told


def _remedy(problem: Mapping[str, Any]) -> str:
    """What to do about a problem, in both languages."""
    return " / ".join(str(problem[name]) for name in ("remedy", "remedy_zh") if problem.get(name))


def have_signed(system: System) -> None:
    """Have the notary sign all that there is now; raises ``Unable`` in its words where it does not."""
    import httpx

    url = system.services.get("notary")
    if not url:
        raise Unable("The notary is not running here.", "It signs by itself about every minute, where it runs.")
    headers = {"Authorization": f"Bearer {_token(system)}"}
    answer = httpx.post(f"{url}/checkpoint", headers=headers, timeout=120, trust_env=False)
    if not answer.is_success:
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        raise Unable(
            f"The notary does not sign: {problem.get('detail') or problem.get('title') or answer.status_code}.", code=NO
        )


def _token(system: System) -> str:
    """``JUQU_TOKEN``, else one of the development issuer for whoever runs the command."""
    token = os.environ.get("JUQU_TOKEN", "")
    if token:
        return token
    if (system.environment.get("JUQU_OIDC_ISSUER") or DEVELOPMENT) != DEVELOPMENT:
        raise Unable("This system has its own issuer of tokens.", "Set JUQU_TOKEN to an operator's token.")
    from shared.service.identity.development_issuer import DevelopmentIssuer

    return DevelopmentIssuer(system.keys).token(records.person(), lifetime=timedelta(minutes=5))
