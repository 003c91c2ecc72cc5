"""The morning check: is the hall ready, and if not, what is to be done, device by device, in plain words."""

import shutil
from collections.abc import Iterator
from typing import Any, Literal

from protocol.words import SECOND
from server.access import Access
from server.askers import Askers
from server.clock import WallClock
from server.domain import views
from server.domain.floor import DeviceState
from server.engine import Engine
from server.health import LEAST_DISK_BYTES
from server.presence import Presence
from server.register import Device
from server.standbys import Standbys
from server.watchman import Watchman
from ui.language import Texts, texts

GOOD_DISK_BYTES = 1_000_000_000
SLOW_COMMIT_SECONDS = 1.0
CLOCK_OFF_SECONDS = 5
MEGABYTE = 1_000_000

State = Literal["ok", "warn", "fault"]
Item = dict[str, str | None]


class Checks:
    """Answers the morning check: of each part an item for all that is wrong, or one that says it is well."""

    def __init__(
        self,
        engine: Engine,
        access: Access,
        askers: Askers,
        presence: Presence,
        standbys: Standbys,
        watchman: Watchman,
    ) -> None:
        """Look at a hall, its devices, the machine under it and the one beside it."""
        self._standbys, self._watchman = standbys, watchman
        self._engine, self._access, self._askers, self._presence = engine, access, askers, presence

    def check(self) -> dict[str, Any]:
        """Tell each part of the hall's state, in the asker's language."""
        asker = self._askers.now()
        t = texts(asker.language)
        parts = {
            "kiosks": self._kiosks(t),
            "paper": self._paper(t),
            "boards": self._boards(t),
            "voice": self._voice(t),
            "clock": self._clock(t),
            "disk": self._disk(t),
            "log": self._log(t),
            "desks": self._desks(t),
        }
        return {"items": [{"id": part, **item} for part, items in parts.items() for item in items]}

    def _devices(self, role: str) -> list[Device]:
        return [device for device in self._access.devices if device.role == role]

    def _part(self, device: Device, kind: str) -> DeviceState | None:
        """Give what a device told last of one of its parts; None when nothing, or when it is not there."""
        is_here = device.id in self._presence.ids
        return self._engine.published.devices.get((device.id, kind)) if is_here else None

    def _kiosks(self, t: Texts) -> Iterator[Item]:
        kiosks = self._devices("kiosk")
        if not kiosks:
            todo = t.gettext("Start a kiosk, and type the code that it shows on the page of devices.")
            yield _item("fault", t.gettext("No kiosk is paired."), todo)
        yield from self._away(kiosks, t.gettext("Kiosk “{name}” is not connected."), t)
        aside = [kiosk for kiosk in kiosks if _is(self._part(kiosk, "kiosk"), "out_of_service")]
        for kiosk in aside:
            says = t.gettext("Kiosk “{name}” is out of service.").format(name=kiosk.name)
            todo = t.gettext("Once it is ready, open its staff screen with the PIN and put it in service.")
            yield _item("warn", says, todo)
        if kiosks and not aside and self._all_here(kiosks):
            yield _item("ok", t.gettext("Kiosks connected: {count}.").format(count=len(kiosks)))

    def _paper(self, t: Texts) -> Iterator[Item]:
        kiosks = self._devices("kiosk")
        good = 0
        for kiosk in kiosks:
            told = self._part(kiosk, "printer")
            if _is(told, "ok"):
                good += 1
            elif told is not None and told.state == "fault":
                yield _item("fault", *self._printer_fault(kiosk, told, t))
            else:
                says = t.gettext("Nobody knows how the printer of kiosk “{name}” is.").format(name=kiosk.name)
                yield _item("warn", says, t.gettext("Make a test print from the kiosk's staff screen."))
        if kiosks and good == len(kiosks):
            yield _item("ok", t.gettext("Printers in order: {count}.").format(count=good))
        elif not kiosks:
            yield _item("warn", t.gettext("There is no printer, since there is no kiosk."))

    def _printer_fault(self, kiosk: Device, told: DeviceState, t: Texts) -> tuple[str, str]:
        # A printer's own sentence stands in the catalogues; what it says of an address or a cable does not.
        detail = self._engine.apart.detail(told.detail) if told.detail else ""
        says = t.gettext("The printer of kiosk “{name}” has a fault: {detail}")
        todo = t.gettext(
            "Go there: put in paper, close the cover, and make a test print from the staff screen."
        )
        return says.format(name=kiosk.name, detail=t.gettext(detail) if detail else "–"), todo

    def _boards(self, t: Texts) -> Iterator[Item]:
        boards = self._devices("board")
        if not boards:
            todo = t.gettext("Start a board, and type the code that it shows on the page of devices.")
            yield _item("warn", t.gettext("No board is paired."), todo)
        yield from self._away(boards, t.gettext("Board “{name}” is not connected."), t)
        if boards and self._all_here(boards):
            yield _item("ok", t.gettext("Boards connected: {count}.").format(count=len(boards)))

    def _voice(self, t: Texts) -> Iterator[Item]:
        told = {board.name: self._part(board, "voice") for board in self._devices("board")}
        silent = [name for name, voice in told.items() if _is(voice, "fault")]
        late = [name for name, voice in told.items() if _is(voice, "backlog")]
        for name in silent:
            todo = t.gettext(
                "Switch its loudspeaker on and restart the board; if it stays silent, tell the technician."
            )
            yield _item("fault", t.gettext("Board “{name}” cannot speak.").format(name=name), todo)
        for name in late:
            todo = t.gettext(
                "More is called than one voice can say: give the hall another zone with a board of its own."
            )
            yield _item("warn", t.gettext("Board “{name}” is late with its calls.").format(name=name), todo)
        speaking = sum(_is(voice, "ok") for voice in told.values())
        if not speaking and not silent and not late:
            todo = t.gettext("See that a board is connected, and listen whether it calls the next visitor.")
            yield _item("warn", t.gettext("No board says that it can speak."), todo)
        elif not silent and not late:
            yield _item("ok", t.gettext("Boards that speak: {count}.").format(count=speaking))

    def _clock(self, t: Texts) -> Iterator[Item]:
        if self._engine.is_driven:
            yield _item("ok", t.gettext("The clock is driven by another program."))
            return
        off = abs(WallClock().now() - self._engine.now()) // SECOND
        if off > CLOCK_OFF_SECONDS:
            says = t.gettext("The hall's clock is {seconds} s away from the machine's.").format(seconds=off)
            todo = t.gettext(
                "Let the machine set its clock by the network; the hall's follows by a second a minute."
            )
            yield _item("warn", says, todo)
        else:
            yield _item("ok", t.gettext("The clock goes right."))

    def _disk(self, t: Texts) -> Iterator[Item]:
        free = self._engine.threads.run(shutil.disk_usage, self._engine.folder).free
        says = t.gettext("Free on the disk: {megabytes} MB.").format(megabytes=free // MEGABYTE)
        if free >= GOOD_DISK_BYTES:
            yield _item("ok", says)
        else:
            todo = t.gettext("Make room on the server's disk: without it the hall stops.")
            yield _item("fault" if free < LEAST_DISK_BYTES else "warn", says, todo)

    def _log(self, t: Texts) -> Iterator[Item]:
        if self._watchman.damage:
            todo = t.gettext("Tell the technician at once, and do not restart the server before.")
            yield _item("fault", t.gettext("The log on the disk is damaged."), todo)
        if self._engine.is_read_only:
            todo = t.gettext("Make room on the server's disk, and tell the technician.")
            yield _item("fault", t.gettext("The log cannot be written: no ticket is issued or called."), todo)
        elif self._engine.last_commit_seconds > SLOW_COMMIT_SECONDS:
            todo = t.gettext("Tell the technician: the server's disk is slow.")
            yield _item("warn", t.gettext("The log is written slowly."), todo)
        else:
            yield _item("ok", t.gettext("The log is written: {seq} events.").format(seq=self._engine.seq))
        if self._standbys.state == "degraded":
            todo = t.gettext(
                "See that the second server is on and its network cable in, or tell the technician."
            )
            yield _item("warn", t.gettext("The second server does not have what is written here."), todo)

    def _desks(self, t: Texts) -> Iterator[Item]:
        state = self._engine.published
        if not state.is_open:
            yield _item("ok", t.gettext("The day is not open: no desk is needed yet."))
            return
        open_desks = sum(desk.state == "open" for desk in state.desks.values())
        todo = t.gettext("Have an operator open a desk that serves it, or assign it to an open desk.")
        if not open_desks:
            todo = t.gettext("Have the operators open their desks.")
            yield _item("warn", t.gettext("No desk is open."), todo)
            return
        alone = [queue for queue in views.queues(state, self._engine.forecast) if not queue["open_desks"]]
        for queue in alone:
            says = t.gettext("No open desk serves queue {queue}; waiting there: {waiting}.")
            yield _item("warn", says.format(queue=queue["id"], waiting=queue["waiting"]), todo)
        if not alone:
            yield _item(
                "ok", t.gettext("Desks open: {count}; every queue is served.").format(count=open_desks)
            )

    def _away(self, devices: list[Device], says: str, t: Texts) -> Iterator[Item]:
        todo = t.gettext("Switch it on; if it is on, see that its network cable is in.")
        for device in devices:
            if device.id not in self._presence.ids:
                yield _item("fault", says.format(name=device.name), todo)

    def _all_here(self, devices: list[Device]) -> bool:
        return {device.id for device in devices} <= self._presence.ids


def _item(state: State, says: str, todo: str | None = None) -> Item:
    return {"state": state, "says": says, "todo": todo}


def _is(part: DeviceState | None, state: str) -> bool:
    return part is not None and part.state == state
