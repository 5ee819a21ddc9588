"""The suite's client posts as a browser does: with the page's token, and with the `Origin` that its policy allows."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string, _mask_cipher_secret  # type: ignore[attr-defined]
from django.test.client import Client as DjangoClient

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL | re.IGNORECASE)
POSTS = re.compile(r"\bmethod=[\"']?post\b", re.IGNORECASE)
ACTION = re.compile(r"\baction=\"([^\"]*)\"", re.IGNORECASE)
BUTTON_ACTION = re.compile(r"\bformaction=\"([^\"]*)\"", re.IGNORECASE)
TOKEN = re.compile(r"name=\"csrfmiddlewaretoken\" value=\"([^\"]+)\"")
META_POLICY = re.compile(r"<meta\b[^>]*\bname=\"referrer\"[^>]*\bcontent=\"([^\"]+)\"", re.IGNORECASE)
NO_REFERRER = re.compile(r"\brel=\"[^\"]*\bnoreferrer\b", re.IGNORECASE)
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


def policy_of(response: Any, html: str) -> str:
    """The Referrer-Policy of a page: its `<meta>` wins over its header, the last name over the ones before."""
    named = META_POLICY.findall(html) or [response.headers.get("Referrer-Policy", "")]
    return str(named[-1]).split(",")[-1].strip() or "strict-origin-when-cross-origin"


def origin_sent(policy: str, *, own: str) -> str:
    """The `Origin` of a form posted to the page's own site (Fetch standard, "append a request Origin header")."""
    return "null" if policy == "no-referrer" else own


class Client(DjangoClient):
    """A browser: checks against forged requests are on, and what it posts it has from the page that it saw.

    A form that some page of this client showed is posted with that form's token (none, if the page forgot it) under
    that page's policy; an address that no page showed, with a fresh token under the site's policy.
    `enforce_csrf_checks=True` makes a client that sends nothing by itself: a machine, or a forger.
    """

    def __init__(self, enforce_csrf_checks: bool | None = None, **more: Any) -> None:
        if enforce_csrf_checks is False:
            raise TypeError("no test posts past the check against forged requests")
        self.is_browser = enforce_csrf_checks is None
        self.forms: dict[str, tuple[str, str]] = {}  # path -> (token or "", policy of the page)
        super().__init__(enforce_csrf_checks=True, **more)

    def generic(self, method: str, path: str, *arguments: Any, **more: Any) -> Any:
        """Add token and origin to what changes something; remember the forms of what is shown."""
        is_change = method.upper() not in SAFE
        if self.is_browser and is_change:
            self._as_browser(str(path), more)
        response = super().generic(method, path, *arguments, **more)  # type: ignore[arg-type]
        if self.is_browser and not response.streaming and "html" in response.headers.get("Content-Type", ""):
            self._remember(response, response.request["PATH_INFO"])
        return response

    def _as_browser(self, path: str, more: dict[str, Any]) -> None:
        own = "https" if more.get("secure") else "http"
        given = {name.lower(): value for name, value in (more.get("headers") or {}).items()}
        host = given.get("host") or more.get("HTTP_HOST") or self.defaults.get("HTTP_HOST")
        own += f"://{host or more.get('SERVER_NAME') or self.defaults.get('SERVER_NAME', 'testserver')}"
        fresh = "" if urlsplit(path).path in self.forms else self._token()
        token, policy = self.forms.get(urlsplit(path).path, (fresh, settings.SECURE_REFERRER_POLICY))
        ours = {"origin": origin_sent(policy, own=own)} | ({"x-csrftoken": token} if token else {})
        more["headers"] = ours | given

    def _token(self) -> str:
        """A token that fits the cookie; both new when no page has set the cookie yet."""
        name = settings.CSRF_COOKIE_NAME
        if name not in self.cookies or not self.cookies[name].value:
            self.cookies[name] = _get_new_csrf_string()
        return str(_mask_cipher_secret(self.cookies[name].value))

    def _remember(self, response: Any, page: str) -> None:
        html = response.content.decode(errors="replace")
        if "<form" not in html:
            return
        policy = policy_of(response, html)
        for attributes, inside in FORM.findall(html):
            if not POSTS.search(attributes):
                continue
            token = TOKEN.search(inside)
            action = ACTION.search(attributes)
            with_rel = "no-referrer" if NO_REFERRER.search(attributes) else policy
            for target in [action[1] if action else "", *BUTTON_ACTION.findall(inside)]:
                self.forms[urlsplit(urljoin(page, target)).path] = (token[1] if token else "", with_rel)
