"""The pages: HTML shells that load each program's ES modules, and the files of these modules.

The only script that stands in a page itself is the import map, and it carries the nonce of the policy.
"""

import json
import secrets
from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from flask import Blueprint, Flask, Response, g, redirect, render_template, request, send_from_directory
from flask_compress import Compress

from protocol import wire
from server.askers import Askers
from server.calls import PAGES
from server.domain.refusals import Refusal
from server.engine import Engine
from server.oidc import Oidc
from server.problems import NotFound, catalogues
from server.refusals import DirectoryFailed, LinkGone, NoRoleHere, SlipVoid
from server.sentences import sentences
from server.sessions import Sessions
from server.tree import told_head
from ui.language import N_, names, texts

ROOT = Path(__file__).resolve().parent.parent
STATIC = {
    "ui": ROOT / "ui" / "web",
    "fonts": ROOT / "ui" / "fonts",
    "greeter": ROOT / "greeter" / "web",
    "kiosk": ROOT / "kiosk" / "web",
    "demo": ROOT / "demonstration" / "web",
    "desk": ROOT / "operator_desk" / "web",
    "display": ROOT / "display" / "web",
    "manager": ROOT / "manager" / "web",
    "visitor": ROOT / "visitor" / "web",
}
VENDOR = "/static/ui/vendor"
MODULES = {
    "preact": f"{VENDOR}/preact.module.js",
    "preact/hooks": f"{VENDOR}/hooks.module.js",
    "htm": f"{VENDOR}/htm.module.js",
    "socket.io-client": f"{VENDOR}/socket.io.esm.min.js",
}
IMPORT_MAP = json.dumps({"imports": {**MODULES, "ui/": "/static/ui/"}})
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; {frames}"
)
FRAMES = {False: "frame-ancestors 'none'", True: "frame-ancestors 'self'; frame-src 'self'"}
"""Only a demonstration hall shows its pages side by side, in one of its own."""
COMPRESS = {
    "COMPRESS_REGISTER": False,  # of the pages' files alone: what commands are told is short, and in a hurry
    "COMPRESS_MIMETYPES": ["text/javascript", "text/css", "application/json", "font/ttf"],
    "COMPRESS_STREAMING_ENDPOINT_CONDITIONAL": ["pages.static"],
}


class Pages:
    """The pages of one hall."""

    def __init__(self, engine: Engine, askers: Askers, sessions: Sessions, oidc: Oidc) -> None:
        """Speak the languages of a hall."""
        self._engine = engine
        self._askers = askers
        self._sessions, self._oidc = sessions, oidc

    def attach(self, app: Flask) -> None:
        """Add the routes, and the policy of pages."""
        pages = Blueprint("pages", __name__)
        for page in PAGES:
            pages.add_url_rule(page.rule, page.view, getattr(self, page.view))
        app.config.update(COMPRESS)
        pages.after_request(Compress(app).after_request)
        app.register_blueprint(pages)
        app.before_request(_draw_nonce)
        app.after_request(self._secure)

    def start(self) -> str:
        """Say what this hall offers, and in a demonstration hall how to try it."""
        t = texts(self._language())
        links = [
            {"path": "/kiosk", "name": t.gettext("Kiosk"), "what": t.gettext("take a ticket")},
            {"path": "/desk", "name": t.gettext("Desk"), "what": t.gettext("for operators: call and serve")},
            {"path": "/board", "name": t.gettext("Board"), "what": t.gettext("who is called now, and where")},
            {"path": "/greeter", "name": t.gettext("Greeter"), "what": t.gettext("help the visitors")},
            {"path": "/manager", "name": t.gettext("Manager"), "what": t.gettext("run the hall and its day")},
            {
                "path": "/book",
                "name": t.gettext("Book a time"),
                "what": t.gettext("from home or from your phone"),
            },
            {
                "path": "/ledger",
                "name": t.gettext("Ledger"),
                "what": t.gettext("who moved the order, and why"),
            },
        ]
        hints = [t.gettext(sentence) for sentence in HINTS] if self._is_demonstration else []
        return self._page("start.html", self._hall_name(), links=links, hints=hints)

    def kiosk(self) -> str:
        """Give the kiosk in a browser."""
        return self._page("page.html", self._hall_name(), "/static/kiosk/kiosk.js")

    def desk(self) -> str:
        """Give the operator's page."""
        return self._page("page.html", texts(self._language()).gettext("Desk"), "/static/desk/desk.js")

    def board(self) -> str:
        """Give the board."""
        return self._page("page.html", self._hall_name(), "/static/display/board.js")

    def greeter(self) -> str:
        """Give the page of those who help visitors in the hall."""
        title = texts(self._language()).gettext("Greeter")
        return self._page("page.html", title, "/static/greeter/greeter.js")

    def manager(self) -> str:
        """Give the page of those who run the hall."""
        title = texts(self._language()).gettext("Manager")
        return self._page("page.html", title, "/static/manager/manager.js")

    def ledger(self) -> str:
        """Give the page that tells anybody what moved the order."""
        return self._page("page.html", texts(self._language()).gettext("Ledger"), "/static/visitor/ledger.js")

    def seal(self) -> str:
        """Give the last signed head of the log, to be printed and kept outside the hall."""
        title = texts(self._language()).gettext("Seal of the log")
        return self._page("page.html", title, "/static/visitor/seal.js")

    def seal_code(self, size: str) -> Response:
        """Draw a signed head as a code: the line that ``verify`` takes."""
        heads = self._engine.heads(int(size) - 1, 1) if size.isascii() and size.isdecimal() else []
        if not heads or str(heads[0].size) != size:
            raise NotFound(path=request.path)
        return _svg(wire.encode(told_head(heads[0])).decode())

    def book(self, code: str = "") -> str:
        """Give the page that books a time, or that of the booking of a code."""
        t = texts(self._language())
        title = t.gettext("Your booking") if code else t.gettext("Book a time")
        return self._page("page.html", title, "/static/visitor/book.js")

    def demo(self) -> str:
        """Give the demonstration: kiosk, board, desk and phone in one page; nothing in a real hall."""
        if not self._is_demonstration:
            raise NotFound(path=request.path)
        title = texts(self._language()).gettext("Demonstration")
        return self._page("page.html", title, "/static/demo/demo.js")

    def visit(self, token: str) -> str | tuple[str, int]:
        """Give the visitor's page; a kind word when the token is of no visit."""
        t = texts(self._language())
        if self._engine.is_void(token):
            return self._gone(SlipVoid(), t.gettext("Your visit"))
        if self._engine.check_visit(token) is None:
            sentence = t.gettext(
                "This page is no longer here. Ask at the information desk, or take a new ticket."
            )
            return self._page("gone.html", t.gettext("Your visit"), sentence=sentence), 404
        return self._page("page.html", t.gettext("Your visit"), "/static/visitor/visit.js")

    def visit_code(self, token: str) -> Response:
        """Draw the QR code of a visit's page, for the phone of who took the ticket."""
        address = self._engine.published.hall.hall.public_url.rstrip("/")
        found = self._engine.check_visit(token)
        if not address or found is None:
            raise NotFound(path=request.path)
        receipt = self._engine.slip_receipt(*found)
        return _svg(f"{address}/visit/{token}#{receipt}")

    def enter(self, code: str) -> Any:
        """Sign in whoever follows a link for the first time, and lead on; a kind word to anybody else."""
        if request.method == "HEAD":  # a program that only looks at a link does not use it up
            return ""
        try:
            return redirect(self._sessions.enter(code), HTTPStatus.SEE_OTHER)
        except LinkGone as gone:
            return self._gone(gone, self._hall_name())

    def oidc_begin(self) -> Any:
        """Send the browser to the ministry's directory."""
        return self._led(self._oidc.begin)

    def oidc_back(self) -> Any:
        """Take the browser back from it, signed in."""
        return self._led(self._oidc.back)

    def _led(self, ask: Callable[[], str]) -> Any:
        """Lead on, or say on a page why not."""
        try:
            return redirect(ask(), HTTPStatus.SEE_OTHER)
        except (DirectoryFailed, NoRoleHere) as refusal:
            return self._gone(refusal, self._hall_name())

    def static(self, folder: str, name: str) -> Response:
        """Give a file of the pages; browsers ask each time whether it changed."""
        if folder not in STATIC:
            raise NotFound(path=request.path)
        return send_from_directory(STATIC[folder], name, max_age=None)

    def texts(self, language: str) -> Response:
        """Give the sentences of a language to the pages; browsers ask each time whether they changed."""
        if language not in catalogues():
            raise NotFound(path=request.path)
        response = Response(wire.encode(sentences(language)), content_type="application/json")
        response.add_etag()
        response.headers["Cache-Control"] = "no-cache"
        response.make_conditional(request)
        return response

    @property
    def _is_demonstration(self) -> bool:
        return self._engine.published.hall.hall.demo

    def _secure(self, response: Response) -> Response:
        """Say what a page may load, and who may frame it; the other headers stand in ``headers.py``."""
        is_framed = self._is_demonstration
        policy = POLICY.format(nonce=g.nonce, frames=FRAMES[is_framed])
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN" if is_framed else "DENY")
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    def _gone(self, refusal: Refusal, title: str) -> tuple[str, int]:
        """Give a page that says in a sentence why there is nothing."""
        sentence = texts(self._language()).gettext(refusal.sentence)
        return self._page("gone.html", title, sentence=sentence), refusal.status

    def _page(self, template: str, title: str, module: str = "", **more: Any) -> str:
        language = self._language()
        return render_template(
            template,
            title=title,
            module=module,
            language=language,
            direction=texts(language).direction,
            languages=" ".join(catalogues()),
            import_map=IMPORT_MAP,
            preload=MODULES.values(),
            nonce=g.nonce,
            **more,
        )

    def _language(self) -> str:
        asked = request.args.get("lang", "")
        return (
            asked if asked in catalogues() else self._askers.language(request.headers.get("Accept-Language"))
        )

    def _hall_name(self) -> str:
        hall = self._engine.published.hall.hall
        return names(hall.names, self._language(), hall.languages[0])


HINTS = (
    N_("This is a demonstration hall: what you do here harms nobody."),
    N_(
        "“make run” prints a link that opens its screens in one page, with a tour; “make link” gives another."
    ),
)


def _svg(text: str) -> Response:
    """Draw a QR code."""
    drawn = BytesIO()
    segno.make_qr(text).save(drawn, kind="svg", scale=4, border=4, light="#fff")
    return Response(drawn.getvalue(), content_type="image/svg+xml")


def _draw_nonce() -> None:
    g.nonce = secrets.token_urlsafe(16)
