"""What the floor knows besides tickets and desks: calls for help, devices, and jumps above the quota."""

import msgspec

from protocol.words import Micros


class HelpCall(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """Somebody waits for a person to come; ``request`` is the seq of ``help_requested``.

    ``asker`` is the actor's id; ``ticket`` and ``day`` of issue are empty where a kiosk asks for nobody
    known.
    """

    request: int
    asker: str
    role: str
    ticket: str
    day: str
    at: Micros


class DeviceState(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """What a device told last about one ``kind`` of its parts; ``since`` it is in this ``state``.

    ``by`` and ``role`` are the actor's who told it; ``detail`` is the id of a text, or empty.
    """

    by: str
    role: str
    device: str
    kind: str
    state: str
    detail: str
    since: Micros
    at: Micros


class Jump(msgspec.Struct, kw_only=True, gc=False):
    """A call past others above the day's quota; ``seq`` is that of the call, ``day`` the hall's day then.

    ``by`` is the id of who called, ``confirmed_by`` that of the second person, empty until there is one.
    """

    seq: int
    at: Micros
    day: str
    ticket: str
    ticket_day: str
    desk: str
    by: str
    reason: str
    passed_over: int
    confirmed_by: str = ""
