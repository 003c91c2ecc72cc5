"""The screens on which a visitor looks for a service: the first one, and the tree behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from pygame import Rect

from kiosk.facts import Service
from kiosk.known import Known
from kiosk.layout import Frame
from kiosk.paint import Part
from kiosk.scenes.asking import TakeTicket
from kiosk.scenes.booking import EnterCode
from kiosk.scenes.first import FirstScreen
from kiosk.scenes.languages import language_buttons, language_rows
from kiosk.scenes.screen import Action, Screen
from ui.order import order_sentence
from ui.scene import Scene

HIGHEST = 20.0
SMALL = 2.4


@dataclass(frozen=True)
class Choosing(Screen):
    """What both have: services as buttons."""

    @property
    def room(self) -> int:
        """Give how many services have room at a size that can be read: fewer where all is kept low."""
        place = self.known.layout
        if place.is_low:
            return 7 if place.is_portrait else 6
        return 9

    def service_button(self, rect: Rect, service: Service) -> Part:
        """Give the button of a service or of a branch; one without tickets just now says so."""
        name = self.name(service.names)
        if service.id in self.hall.suspended or service.queue in self.hall.closing:
            return self.button(
                rect, ("service", service.id), name, "off", self.t.gettext("Not available now")
            )
        return self.button(rect, ("service", service.id), name)

    def open_service(self, service_id: str) -> Scene:
        """Go to a service, or into a branch; a kiosk in trouble looks anew where it may send visitors."""
        if self.known.printer_trouble:
            self.known.counter.look_around()
        service = self.hall.find(service_id)
        if service is None:
            return self.start()
        if service.queue:
            if service.queue in self.hall.without_desk:
                self.known.counter.count_waiting()
            return TakeTicket(self.known, self.language, service=service, back=self)
        return Tree(self.known, self.language, branch=service.id)


@dataclass(frozen=True)
class Home(FirstScreen, Choosing):
    """The first screen: the services most asked for, the way to all of them, and the languages."""

    def first_frame(self) -> Frame:
        """Leave room for the languages."""
        return self.frame(language_rows(self.known))

    def parts(self) -> Sequence[Part]:
        """Lay out the services, and the languages by their own names."""
        frame = self.first_frame()
        services = self.hall.popular(self.known.settings.popular)
        books = self.hall.takes_bookings() and not self.known.issues_itself
        room = self.room - books
        shown = services if len(services) <= room else services[: room - 1]
        has_more = len(shown) < len(services)
        spots = self._spots(frame, len(shown) + books, has_more=has_more)
        buttons = [self.service_button(spot, each) for spot, each in zip(spots, shown, strict=False)]
        if books:
            label = self.t.gettext("I have a booking")
            buttons.append(self.button(spots[len(shown)], ("booking",), label, "primary"))
        if has_more:
            buttons.append(self.button(spots[-1], ("all",), self.t.gettext("All services"), "primary"))
        title = self.t.gettext("What do you need today?")
        return [*self._top(frame, title), *buttons, *language_buttons(self, frame.bottom)]

    def _top(self, frame: Frame, title: str) -> list[Part]:
        """Give what stands above, and under the title by which order people are called."""
        *others, question = self.top(frame, title)
        high = self.known.layout(3.2)
        line = Rect(frame.title.x, frame.title.bottom - high, frame.title.w, high)
        shorter = Rect(frame.title.x, frame.title.y, frame.title.w, frame.title.h - high)
        order = self.words(order_sentence(self.hall.facts.order, self.t), SMALL)
        return [*others, Part(shorter, question.value), Part(line, order)]

    def _spots(self, frame: Frame, count: int, *, has_more: bool) -> list[Rect]:
        """Give the services' places, and last the place of "all services": in portrait a whole row."""
        place = self.known.layout
        columns = 1 if count == 1 else 2 if place.is_portrait or count in {2, 4} else 3
        if not has_more or count % columns:
            return place.grid(frame.body, count + has_more, columns, highest=HIGHEST)
        spots = place.grid(frame.body, count + columns, columns, highest=HIGHEST)
        return [*spots[:count], spots[count].unionall(spots[count:])]

    def press(self, action: Action) -> Scene:
        """Choose a service, all services, or what stands in the lowest row."""
        match action:
            case ("service", service):
                return self.open_service(service)
            case ("all",):
                return Tree(self.known, self.language)
            case ("booking",):
                return EnterCode(self.known, self.language, back=self)
            case _:
                return super().press(action)


@dataclass(frozen=True)
class Tree(Choosing):
    """All services, branch by branch, and page by page where a branch is large."""

    branch: str = ""
    page: int = 0

    def parts(self) -> Sequence[Part]:
        """Lay out what stands under the branch."""
        t, place, frame = self.t, self.known.layout, self.frame()
        node = self.hall.find(self.branch)
        columns, per_page = (2, 10) if place.is_portrait else (3, self.room)
        services = self.hall.children(self.branch)
        pages = ceil(len(services) / per_page)
        shown = services[self.page * per_page : (self.page + 1) * per_page]
        buttons = [
            self.service_button(spot, each)
            for spot, each in zip(
                place.grid(frame.body, len(shown), columns, highest=HIGHEST), shown, strict=True
            )
        ]
        turning = [("page", str(self.page - 1), t.gettext("Previous"))] if self.page else []
        if self.page + 1 < pages:
            turning.append(("page", str(self.page + 1), t.gettext("More")))
        title = self.name(node.names) if node else t.gettext("All services")
        return [*self.top(frame, title), *buttons, *self.ways(frame, turning)]

    def press(self, action: Action) -> Scene:
        """Choose a service, turn the page, or go back."""
        match action:
            case ("service", service):
                return self.open_service(service)
            case ("page", page):
                return replace(self, page=int(page))
            case ("back",) if self.branch:
                return replace(self, branch=self.hall.parent(self.branch), page=0)
            case ("back",):
                return self.known.begin(self.known, self.language)
            case _:
                return self.start()

    def resumed(self, known: Known) -> Scene:
        """Start over when the branch is no more."""
        if self.branch and known.hall and not known.hall.find(self.branch):
            return known.begin(known, self.language)
        return super().resumed(known)
