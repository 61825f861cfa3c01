"""The one frame of all public pages: readable at any width and text size, in two languages, without a script.

A whole page weighs at most 14 KiB, so that it comes with the first round trip of a slow line. Nothing is loaded
besides it: styles are inline, and a script, if any, is named in the page's own content policy by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from backend.ratings.public.texts import LANGUAGES, say

MOST_BYTES = 14 * 1024
GUIDE = "/panduan/penilaian.pdf"
"""Where the guide for visitors is downloaded; ``?lang=en`` gives the English one."""
SIZE_COOKIE = "sambung_huruf"
YEAR = 365 * 86_400
CURRENT = ' aria-current="true"'

STYLE = """
*{box-sizing:border-box}html{font:112.5%/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;
--l:#F7F8F6;--p:#fff;--t:#14211F;--s:#46554F;--g:#66766F;--u:#0B5952;--a:#fff;--k:#0B4F8A;--e:#8E1515;--d:#FCE4E1;
--o:#DCF1E5;--h:#0B5A37;color-scheme:light dark;background:var(--l);color:var(--t)}
html.a1{font-size:140.625%}html.a2{font-size:168.75%}
@media(prefers-color-scheme:dark){html{--l:#0E1615;--p:#16211F;--t:#EEF4F2;--s:#B7C6C1;--g:#8A9D97;--u:#74D6C9;
--a:#06231F;--k:#8FC8FF;--e:#FFBDB6;--d:#511616;--o:#0F3A26;--h:#A9E8C4}}
body{margin:0 auto;max-width:40rem;padding:0 16px 32px;overflow-wrap:anywhere}
header,.row{display:flex;flex-wrap:wrap;gap:8px;align-items:center}
header{padding:8px 0;border-bottom:1px solid var(--g)}
header b{margin-right:auto}header a,.act{display:inline-flex;align-items:center;justify-content:center;min-height:48px;
min-width:48px;padding:0 8px}a{color:var(--k)}header a[aria-current]{border:2px solid var(--u);border-radius:4px;
color:var(--t);text-decoration:none}h1{font-size:1.556rem;line-height:1.25;margin:24px 0 8px}
h2,legend,.q{font-size:1rem;font-weight:700}p{margin:8px 0;max-width:65ch}.s{color:var(--s);font-size:.889rem}
fieldset{border:0;margin:24px 0;padding:0;min-width:0}legend{padding:0}.f{margin:24px 0}.q{display:block}
label.c{display:flex;gap:12px;align-items:center;min-height:48px;padding:8px 12px;margin:8px 0;background:var(--p);
border:1px solid var(--g);border-radius:4px}label.c input{flex:none;width:24px;height:24px;margin:0;
accent-color:var(--u)}
select,.t{font:inherit;width:100%;min-height:48px;padding:8px 12px;margin-top:8px;color:var(--t);
background:var(--p);border:1px solid var(--g);border-radius:4px}
button,.act.b{font:inherit;font-weight:700;width:100%;min-height:56px;padding:8px 16px;border:0;border-radius:4px;
background:var(--u);color:var(--a);text-decoration:none;text-align:center}
button.q{background:var(--p);color:var(--u);border:1px solid var(--g)}
.err{color:var(--e);font-weight:700;margin:4px 0}.box{padding:12px 16px;border:1px solid var(--e);border-radius:8px;
background:var(--d);color:var(--e);margin:16px 0}.box h2{margin:0}.box a{
color:inherit;display:inline-block;padding:12px 0}
.box ul{margin:0;padding:0;list-style:none}.box.ok h1{margin:0}
.box.ok{border-color:var(--h);background:var(--o);color:var(--h)}
ul.l{list-style:none;padding:0}ul.l a{display:flex;align-items:center;min-height:56px;padding:8px 12px;margin:8px 0;
background:var(--p);border:1px solid var(--g);border-radius:4px}
:focus-visible{outline:3px solid #FFBF2E;outline-offset:2px;box-shadow:0 0 0 2px #14211F}
.skip{position:absolute;left:-999px}.skip:focus{position:static}footer{margin-top:32px;padding-top:8px;
border-top:1px solid var(--g)}footer a{display:inline-block;padding:12px 8px 12px 0}
@media(prefers-reduced-motion:no-preference){button{transition:opacity .12s}}
@media print{header a,footer a{display:none}}
""".replace("\n", "")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the language (id, en) and the size of the text (0 A, 1 A+, 2 A++)."""

    language: str
    size: int

    def say(self, name: str, **values: object) -> str:
        """A sentence in the reader's language, ready for HTML."""
        return escape(say(self.language, name, **values), quote=False)

    def pick(self, texts: Sequence[str]) -> str:
        """One of (Indonesian, English), ready for HTML."""
        return escape(str(texts[LANGUAGES.index(self.language)]), quote=True)


def reader_of(request: Request) -> Reader:
    """``?lang=`` and ``?a=`` of the address; else the browser's language and the size that was chosen before."""
    asked = request.query_params.get("lang")
    language = asked if asked in LANGUAGES else _preferred(request.headers.get("accept-language", ""))
    size = request.query_params.get("a") or request.cookies.get(SIZE_COOKIE, "0")
    return Reader(language, int(size) if size in ("0", "1", "2") else 0)


def _preferred(header: str) -> str:
    """The first of our languages in ``Accept-Language``; English for a browser that names others only."""
    wanted = [part.split(";")[0].strip()[:2].lower() for part in header[:500].split(",") if part.strip()]
    return next((one for one in wanted if one in LANGUAGES), "en" if wanted and wanted != ["*"] else "id")


def address(path: str, **query: str | int | None) -> str:
    """A path with its query, ready for an attribute; ``None`` members are left out."""
    given = {name: value for name, value in query.items() if value is not None}
    return escape(path + (f"?{urlencode(given)}" if given else ""), quote=True)


def page(
    reader: Reader,
    request: Request,
    title: str,
    body: str,
    *,
    status: int = 200,
    channels: Sequence[Mapping[str, Any]] = (),
    contact: str = "",
    script: str = "",
    secure: bool = False,
    headers: Mapping[str, str] | None = None,
    guide: bool = True,
) -> HTMLResponse:
    """A whole page. ``title`` is plain text; ``body`` is HTML whose texts are escaped already.

    ``channels`` (``{"id", "en", "href"}``) and ``contact`` (a telephone number) say where to complain. The links of
    language and size lead back to the same address; a form on it is asked anew. ``guide`` offers the guide of ratings.
    """
    content = (
        f'<!doctype html><html lang="{reader.language}" class="a{reader.size}"><head><meta charset="utf-8">'
        f"<title>{escape(title)} - Sambung</title>"
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="data:,"><style>{STYLE}</style></head><body>'
        f'<a class="skip" href="#isi">{reader.say("skip")}</a>{_header(reader, request)}'
        f'<main id="isi">{body}</main>{_footer(reader, channels, contact, guide)}'
        f"{f'<script>{script}</script>' if script else ''}</body></html>"
    )
    response = HTMLResponse(content, status, dict(headers or {}))
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Content-Security-Policy"] = policy(script)
    chosen = request.query_params.get("a")
    if chosen in ("0", "1", "2"):
        response.set_cookie(SIZE_COOKIE, chosen, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def policy(script: str = "") -> str:
    """What the browser may do on a public page: send its form, and run that one script if there is one."""
    allowed = f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" if script else "'none'"
    return (
        f"default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; script-src {allowed}; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _header(reader: Reader, request: Request) -> str:
    other = "en" if reader.language == "id" else "id"
    rest = {name: value for name, value in request.query_params.items() if name not in ("lang", "a")}
    path = request.scope.get("sambung_page") or request.url.path
    sizes = "".join(
        f'<a href="{address(path, **rest, lang=reader.language, a=size)}" '
        f'aria-label="{sign}, {reader.say(f"size{size}")}"'
        f"{CURRENT if size == reader.size else ''}>{sign}</a>"
        for size, sign in enumerate(("A", "A+", "A++"))
    )
    return (
        f'<header><b>Sambung</b><a href="{address(path, **rest, lang=other)}" lang="{other}" hreflang="{other}">'
        f'{reader.say("other")}</a><nav class="row" aria-label="{reader.say("size")}">{sizes}</nav></header>'
    )


def _footer(reader: Reader, channels: Sequence[Mapping[str, Any]], contact: str, guide: bool) -> str:
    listed = [_channel(one[reader.language], str(one.get("href") or "")) for one in channels]
    if contact:
        digits = "".join(sign for sign in contact if sign.isdigit() or sign == "+")
        listed.insert(0, _channel(f"{reader.say('phone')} {contact}", f"tel:{digits}"))
    listed = listed or [_channel("lapor.go.id", "https://www.lapor.go.id")]
    offered = f'<p><a href="{address(GUIDE, lang=reader.language)}" download>{reader.say("guide")}</a></p>'
    return (
        f"<footer><p>{reader.say('clean')}</p><p>{reader.say('complain')}: {' '.join(listed)}</p>"
        f"{offered if guide else ''}</footer>"
    )


def _channel(label: str, href: str) -> str:
    return f'<a href="{escape(href, quote=True)}">{escape(label)}</a>' if href else escape(label)
