"""What the floor knows besides tickets and desks: calls for help, devices, how each service does today."""

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


class Tally(msgspec.Struct, gc=False):
    """How a service does today.

    ``called``, ``within_target`` and ``wait_seconds`` count first calls, under the service called for.
    """

    issued: int = 0
    called: int = 0
    within_target: int = 0
    served: int = 0
    no_show: int = 0
    wait_seconds: int = 0
