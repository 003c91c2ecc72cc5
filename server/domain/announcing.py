"""Texts for the boards, until they are withdrawn."""

from collections.abc import Iterator

from msgspec import UNSET

from protocol.commands import Announce, WithdrawAnnouncement
from protocol.events import Announced, AnnouncementWithdrawn
from server.domain import refusals
from server.domain.asking import Ask


def announce(ask: Ask[Announce]) -> Iterator[Announced]:
    """Put a text on the boards of a zone, or of all. Raises UnknownZone."""
    zone, hall = ask.command.zone, ask.state.hall
    zones = {known.id for known in hall.zone} | {desk.zone for desk in hall.desk}
    if zone is not None and zone not in zones:
        raise refusals.UnknownZone(zone=zone)
    # The engine has put the text apart: here it is an id.
    yield Announced(text=str(ask.command.text), zone=zone or UNSET)


def withdraw(ask: Ask[WithdrawAnnouncement]) -> Iterator[AnnouncementWithdrawn]:
    """Take a text off the boards. Raises UnknownAnnouncement."""
    seq = ask.command.announcement
    if all(one.seq != seq for one in ask.state.announcements):
        raise refusals.UnknownAnnouncement(announcement=seq)
    yield AnnouncementWithdrawn(announcement=seq)
