"""A browser without scripts, styles or pictures: it keeps cookies, follows redirects, and fills in forms as they are on
the page. What works here works without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import httpx

_VOID = frozenset({"input", "meta", "link", "br", "hr", "img", "source", "col", "wbr"})
Files = Mapping[str, tuple[str, bytes]]


@dataclass
class WebForm:
    """A form of a page: where it is sent, how, what stands in its fields, and the words on its buttons."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    multipart: bool = False


@dataclass
class WebPage:
    """A page that was opened. ``text`` is what a reader sees; ``links`` are pairs of words and address."""

    url: str
    status: int
    html: str
    headers: httpx.Headers
    text: str = ""
    title: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    forms: list[WebForm] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Its path, with the query."""
        parts = urlsplit(self.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def form(self, action: str) -> WebForm:
        """The form whose action ends so; raises ``LookupError``."""
        fitting = [form for form in self.forms if urlsplit(form.action).path.endswith(action)]
        if not fitting:
            raise LookupError(f"no form to {action} on {self.url}: {[form.action for form in self.forms]}")
        return fitting[0]

    def link(self, words: str) -> str:
        """The address of the link with these words in it; raises ``LookupError``."""
        for said, address in self.links:
            if words in said:
                return address
        raise LookupError(f"no link {words!r} on {self.url}: {[said for said, _ in self.links]}")


class Browser:
    """A person's browser. ``portal`` is the portal's address."""

    def __init__(self, portal: str) -> None:
        self.portal = portal
        self.cookies: dict[str, dict[str, str]] = {}
        self._client = httpx.Client(timeout=60, trust_env=False)

    def open(self, path: str) -> WebPage:
        """Open a page (a path of the portal, or a whole address), wherever it leads."""
        return self._go("GET", urljoin(self.portal + "/", path))

    def follow(self, page: WebPage, words: str) -> WebPage:
        """Follow the link with these words."""
        return self._go("GET", urljoin(page.url, page.link(words)))

    def send(self, page: WebPage, action: str, files: Files | None = None, /, **values: str | Sequence[str]) -> WebPage:
        """Fill in and send the form whose action ends so. What is not named stays as it is on the page; a name with
        dots is written with ``__`` in their place."""
        form = page.form(action)
        filled = dict(form.fields)
        for name, value in values.items():
            filled[name.replace("__", ".")] = [value] if isinstance(value, str) else list(value)
        return self.submit(page, form, filled, files)

    def press(self, page: WebPage, words: str) -> WebPage:
        """Press the button with these words, in whichever form it is."""
        for form in page.forms:
            for said, name, value in form.buttons:
                if words in said:
                    return self.submit(page, form, form.fields | ({name: [value]} if name else {}))
        raise LookupError(f"no button {words!r} on {page.url}: {[form.buttons for form in page.forms]}")

    def submit(
        self, page: WebPage, form: WebForm, fields: Mapping[str, Sequence[str]], files: Files | None = None
    ) -> WebPage:
        """Send a form with these fields."""
        data = {name: list(values) for name, values in fields.items()}
        address = urljoin(page.url, form.action)
        if form.method == "get":
            return self._go("GET", str(httpx.URL(address).copy_merge_params(data)))
        sent = {name: (*file, "application/octet-stream") for name, file in (files or {}).items()}
        if form.multipart and not sent:
            return self._go("POST", address, data=data, files={"": ("", b"")})
        return self._go("POST", address, data=data, **({"files": sent} if sent else {}))

    def sign_in(self, **who: str) -> WebPage:
        """Sign in as somebody of the identity provider for trying: ``person=<subject>``, ``office="county 220113"``,
        ``uscc=...`` or ``expert=...``; gives the desk."""
        page = self.open("/sign-in?back=%2Fdesk")
        return self.submit(page, WebForm(page.url, "post"), {name: [value] for name, value in who.items()})

    def _go(self, method: str, address: str, **content: object) -> WebPage:
        for _ in range(12):
            parts = urlsplit(address)
            site = f"{parts.scheme}://{parts.netloc}"
            kept = self.cookies.setdefault(site, {})
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())} if kept else {}
            if method == "POST":
                headers["Origin"] = site
            answer = self._client.request(method, address, headers=headers, **content)  # type: ignore[arg-type]
            self._keep(kept, answer)
            if answer.status_code not in {301, 302, 303, 307}:
                return read_page(str(answer.url), answer)
            address = urljoin(address, answer.headers["location"])
            method, content = "GET", {}
        raise AssertionError(f"it leads on and on: {address}")

    def _keep(self, kept: dict[str, str], answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    kept.pop(name, None)
                else:
                    kept[name] = morsel.value


class _Reader(HTMLParser):
    def __init__(self, page: WebPage) -> None:
        super().__init__()
        self.page = page
        self.texts: list[str] = []
        self._open: list[str] = []
        self._form: WebForm | None = None
        self._link: tuple[str, int] | None = None
        self._button: tuple[str, str, int] | None = None
        self._select: str = ""
        self._area: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        match tag:
            case "form":
                kind = said.get("method", "get").lower()
                self._form = WebForm(said.get("action", ""), kind, multipart="enctype" in said)
                self.page.forms.append(self._form)
            case "a" if "href" in said:
                self._link = (said["href"], len(self.texts))
            case "input" if self._form is not None:
                self._input(self._form, said)
            case "select":
                self._select = said.get("name", "")
            case "option" if self._form is not None and "selected" in said and self._select:
                self._form.fields[self._select] = [said.get("value", "")]
            case "textarea":
                self._area = (said.get("name", ""), len(self.texts))
            case "button":
                self._button = (said.get("name", ""), said.get("value", ""), len(self.texts))

    def _input(self, form: WebForm, said: Mapping[str, str]) -> None:
        name, kind = said.get("name", ""), said.get("type", "text")
        if not name or kind in {"file", "submit", "image", "reset"}:
            return
        if kind in {"checkbox", "radio"} and "checked" not in said:
            return
        form.fields.setdefault(name, []).append(said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        match tag:
            case "form":
                self._form = None
            case "a" if self._link is not None:
                self.page.links.append((self._since(self._link[1]), self._link[0]))
                self._link = None
            case "textarea" if self._area is not None and self._form is not None:
                self._form.fields[self._area[0]] = ["".join(self.texts[self._area[1] :])]
                self._area = None
            case "button" if self._button is not None and self._form is not None:
                name, value, start = self._button
                self._form.buttons.append((self._since(start), name, value))
                self._button = None

    def _since(self, start: int) -> str:
        return "".join(self.texts[start:]).strip()

    def handle_data(self, data: str) -> None:
        if "title" in self._open[-1:]:
            self.page.title += data
        elif not {"script", "style"} & set(self._open):
            self.texts.append(data)


def read_page(url: str, answer: httpx.Response) -> WebPage:
    """An answer as a page."""
    page = WebPage(url, answer.status_code, answer.text, answer.headers)
    if "html" in answer.headers.get("content-type", ""):
        reader = _Reader(page)
        reader.feed(answer.text)
        page.text = "\n".join(line for text in reader.texts if (line := text.strip()))
    return page


__all__ = ["Browser", "Files", "WebForm", "WebPage", "read_page"]
