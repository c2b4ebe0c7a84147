"""Keeping what is typed while it is typed (``static/draft.js`` sends it), and throwing it away."""

from __future__ import annotations

from fastapi.responses import JSONResponse, Response

from services.portal.frame.access import PersonSends
from services.portal.frame.forms import GUARD, KEY
from services.portal.frame.paths import LONGEST, within_the_portal
from shared.service.http.problems import Problem
from shared.service.http.routes import router

pages = router()
FORM = "_form"
"""The field that says which form it is: the path of its page."""
MOST_LETTERS = 1_000_000


@pages.post("/drafts", include_in_schema=False)
async def keep(visitor: PersonSends) -> Response:
    typed = {name: values for name, values in visitor.form.values.items() if name not in {FORM, GUARD, KEY}}
    if sum(len(value) for values in typed.values() for value in values) > MOST_LETTERS:
        raise Problem(413, "draft-is-not-too-large", "This is too much to keep", title_zh="内容过多，无法暂存")
    kept = await visitor.drafts.keep(_form(visitor.form.text(FORM)), typed)
    return JSONResponse({"version": kept.version, "saved_at": kept.saved_at.isoformat()})


@pages.post("/drafts/removal", include_in_schema=False)
async def throw_away(visitor: PersonSends) -> Response:
    form = _form(visitor.form.text(FORM))
    await visitor.drafts.forget(form)
    return visitor.go(form, "已放弃未保存的内容。", "What was not saved is thrown away.")


def _form(path: str) -> str:
    return within_the_portal(path[:LONGEST].partition("?")[0])


__all__ = ["FORM", "pages"]
