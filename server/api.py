"""The HTTP interface: reads of the published state and of the log. Every failure is a problem document.

Commands do not pass here (``command_route.py``); the session is in ``sessions.py``.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask.json.provider import JSONProvider
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from protocol import wire
from protocol.words import SECOND
from server import problems, schema, standing
from server.access import Access
from server.askers import Asker, Askers
from server.audit import Audit
from server.bookings import Bookings
from server.calls import CALLS
from server.checks import Checks
from server.days import Days
from server.demo import Demo
from server.domain import notice_view, views
from server.domain.refusals import Malformed, Refusal, UnknownTicket
from server.door import Door
from server.engine import Engine
from server.evidence import Evidence
from server.foresight import Foresight
from server.health import Health
from server.kiosks import Kiosks
from server.lookup import Lookup
from server.metrics import Metrics
from server.oidc import Oidc
from server.overview import Overview
from server.pages import Pages
from server.pairing import Devices
from server.people import People
from server.presence import Presence
from server.proofs import Proofs
from server.query import whole_number
from server.refusals import SlipVoid
from server.second_factor import SecondFactor
from server.sessions import Sessions, who_is
from server.staff_pin import StaffPin
from server.standbys import Standbys
from server.tries import Tries
from server.watchman import Watchman
from ui.language import texts

MOST_EVENTS = 5000
LOGIN_BYTES = 4096
WAITS_SECONDS = 10
"""How long the waits of a queue may be told unchanged while nothing happens."""

_log = structlog.get_logger(__name__)


class _Json(JSONProvider):
    """msgspec for Flask too: one codec everywhere."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return wire.json.dumps(obj)

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return wire.json.loads(s)


class Api:
    """Answers the calls of ``calls.CALLS``, each by the method of its name."""

    def __init__(self, engine: Engine, access: Access, askers: Askers, health: Health) -> None:
        """Read from the engine's published state."""
        self._engine = engine
        self._access = access
        self._askers = askers
        self._health = health

    def attach(self, app: Flask, parts: Mapping[str, object]) -> None:
        """Add the routes, each to the part that answers it, and what is said where there is none."""
        for call in CALLS:
            part, _, view = call.view.rpartition(".")
            answers = getattr(parts[part] if part else self, view)
            app.add_url_rule(call.rule, call.view.replace(".", "_"), answers, methods=[call.method])
        app.register_error_handler(Exception, self._failed)

    def hall(self) -> Response:
        """Tell what the hall is."""
        return self._tagged(views.hall)

    def queues(self) -> Response:
        """Tell how many wait, and how long."""
        return self._tagged(lambda state: standing.queues(state, self._engine.forecast), self._waits_tag())

    def board(self) -> Response:
        """Tell what the boards of a zone show."""
        zone = request.args.get("zone", "")
        return self._tagged(lambda state: {**self._told(zone), **standing.board(state, zone)})

    def desks(self) -> Any:
        """Tell who is at which desk; operators by name to each other."""
        actor = self._asker().known()
        desks = views.desks(self._engine.published)
        if actor.kind == "operator":
            for desk in desks:
                operator = self._access.operator(desk["operator"] or "")
                desk["operator_name"] = operator.name if operator else None
        return desks

    def snapshot(self) -> dict[str, Any]:
        """Tell how the asker's room stands, whole."""
        asker, state = self._asker(), self._engine.published
        actor = asker.known()
        if asker.visit:
            return self._placed(self._visit(*asker.visit))
        if asker.role == "kiosk":
            own = {
                "device": actor.id,
                "out_of_service": self._out_of_service(actor.id),
                "now": self._engine.now(),
                "own_series": views.own_series(state, actor.id),
            }
            return self._placed({**standing.kiosk(state), **own})
        if asker.role == "board":
            return self._placed(standing.board(state))
        if actor.kind == "operator" or asker.role == "desk":
            desk = asker.desk or standing.desk_opened_by(state, actor.id)
            return self._placed(standing.desk(state, desk, self._engine.note))
        return self._placed(standing.overview(state, self._engine.forecast))

    def visit(self, token: str) -> Response:
        """Tell a visitor how it goes."""
        found = self._engine.check_visit(token)
        if found is None:
            raise SlipVoid if self._engine.is_void(token) else problems.NotFound(path=request.path)
        return self._tagged(lambda _: {**self._told(), **self._visit(*found)}, self._waits_tag())

    def ticket(self, number: str) -> dict[str, Any]:
        """Tell all that happened to a ticket."""
        asker = self._asker()
        state = self._engine.published
        found = state.find(number)
        day = request.args.get("day") or (found.day if found else state.day)
        events = self._engine.ticket_events(number, day)
        if not events:
            raise UnknownTicket(ticket=number)
        gettext = texts(asker.language).gettext
        explained = [
            {"seq": told.seq, "at": told.at, "sentence": gettext(told.sentence).format(**told.members)}
            for told in self._engine.explained(number, day)
        ]
        return {"ticket": number, "day": day, "events": events, "explained": explained}

    def events(self) -> Response:
        """Give the log after a seq, as it stands on the disk."""
        since, limit = whole_number("since", 0), whole_number("limit", 1000)
        if not 1 <= limit <= MOST_EVENTS:
            raise Malformed(path="$.limit", error=f"1 to {MOST_EVENTS}")
        bodies = self._engine.bodies(since, limit)
        head = f'{{"epoch":"{self._engine.epoch}","next":{since + len(bodies)},"events":['
        return Response(f"{head}{','.join(bodies)}]}}", content_type="application/json")

    def who_am_i(self) -> dict[str, Any]:
        """Tell who is signed in."""
        return who_is(self._asker())

    def metrics(self) -> Response:
        """Give the metrics."""
        return self._health.metrics(self._asker())

    def openapi(self) -> dict[str, Any]:
        """Describe this interface."""
        return schema.openapi()

    def asyncapi(self) -> dict[str, Any]:
        """Describe the interface over Socket.IO."""
        return schema.asyncapi()

    def _asker(self) -> Asker:
        return self._askers.now()

    def _out_of_service(self, device: str) -> str | None:
        """Tell what stands on a kiosk that its staff put out of service; None when it serves."""
        told = self._engine.published.devices.get((device, "kiosk"))
        if told is None or told.state != "out_of_service":
            return None
        return self._engine.apart.detail(told.detail) if told.detail else ""

    def _visit(self, day: str, number: str) -> dict[str, Any]:
        engine = self._engine
        seq, found = engine.seq, standing.visit(engine.published, engine.forecast, number, day, engine.now())
        if found is None:
            raise problems.NotFound(path=request.path)
        told = engine.ticket_events(number, day) if found["calls"] else []
        # While the log was read others had their turn: this is how it stood at the seq before.
        return {"seq": seq, **found, "history": standing.calls(told)}

    def _waits_tag(self) -> str:
        """Give what changes an ETag with time alone."""
        return f"-{self._engine.now() // (WAITS_SECONDS * SECOND)}"

    def _placed(self, view: dict[str, Any]) -> dict[str, Any]:
        """Say where in the history a view stands."""
        place = {"epoch": self._engine.epoch, "seq": self._engine.seq, "at": self._engine.now()}
        return {**place, **self._told(), **view}

    def _told(self, zone: str = "") -> dict[str, Any]:
        """Tell what every screen is told beside its own matters."""
        return notice_view.told(self._engine.published, self._engine.texts, zone)

    def _tagged(self, view: Callable[[Any], dict[str, Any]], more: str = "") -> Response:
        """Answer with an ETag, and with nothing at all to someone who knows this state."""
        tag = f"{self._engine.epoch}-{self._engine.seq}{more}"
        if request.if_none_match.contains(tag):
            response = Response(status=304)
        else:
            body = wire.encode(self._placed(view(self._engine.published)))
            response = Response(body, content_type="application/json")
        response.set_etag(tag)
        response.headers["Cache-Control"] = "no-cache"
        return response

    def _failed(self, error: Exception) -> Response:
        """Turn whatever was raised into a problem document."""
        refusal = _refusal_of(error)
        asker = g.get("asker") or Asker("")
        self._askers.audit.refused(asker.id, asker.role, f"{request.method} {_rule()}", refusal)
        status, headers, body = problems.response(
            refusal, self._askers.language(request.headers.get("Accept-Language"))
        )
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            headers.append(("Allow", ", ".join(sorted(error.valid_methods))))
        return Response(body, status, headers)


def build_app(
    engine: Engine, access: Access, metrics: Metrics, presence: Presence
) -> tuple[Flask, Askers, Standbys, Watchman]:
    """Make the Flask application of a hall, who knows who asks, hands the log on, and watches the disk."""
    app = Flask("server", static_folder=None)
    app.json = _Json(app)
    app.config["MAX_CONTENT_LENGTH"] = LOGIN_BYTES
    tries = Tries(app)
    askers = Askers(engine, access, Audit(metrics.registry))
    second_factor = SecondFactor(engine, access, askers)
    sessions = Sessions(engine, access, second_factor)
    oidc = Oidc(access, sessions, tries)
    standbys = Standbys(engine, access)
    metrics.watch_standby(standbys)
    watchman = Watchman(engine.folder)
    health = Health(engine, metrics, engine.folder, standbys, watchman)
    parts = {
        "sessions": sessions,
        "second_factor": second_factor,
        "oidc": oidc,
        "health": health,
        "people": People(access, askers),
        "staff_pin": StaffPin(engine, access, askers),
        "kiosks": Kiosks(engine, access, askers, presence),
        "lookup": Lookup(engine),
        "foresight": Foresight(engine, askers),
        "proofs": Proofs(engine),
        "evidence": Evidence(engine, askers, tries),
        "checks": Checks(engine, access, askers, presence, standbys, watchman),
        "overview": Overview(engine, access, presence, watchman),
        "pairing": Devices(engine, access, askers, tries, presence),
        "bookings": Bookings(engine, askers, tries),
        "demo": Demo(engine, access, sessions),
        "days": Days(engine, tries),
        "standbys": standbys,
    }
    Api(engine, access, askers, health).attach(app, parts)
    Pages(engine, askers, sessions, oidc).attach(app)
    # After the pages, whose nonce a refusal needs too.
    Door(engine, askers).attach(app)
    return app, askers, standbys, watchman


def _refusal_of(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, RateLimitExceeded):
        return problems.TooManyRequests()
    if isinstance(error, MethodNotAllowed):
        return problems.MethodNotAllowed(method=request.method)
    if isinstance(error, RequestEntityTooLarge):
        return problems.TooLarge(limit=LOGIN_BYTES)
    if isinstance(error, HTTPException):
        return (
            problems.NotFound(path=request.path)
            if isinstance(error, NotFound)
            else Malformed(path=request.path)
        )
    # The rule, not the path: in that stand tokens and codes.
    _log.error("request_failed", rule=_rule(), exc_info=error)
    return problems.InternalError()


def _rule() -> str:
    """Give the route that was asked for, without what stands in its place."""
    return request.url_rule.rule if request.url_rule else "no route"
