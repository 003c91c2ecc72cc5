"""Everything the hall may refuse, one class a reason.

    Refusal
    ├── Malformed 422                 a field is missing or contradicts another
    │   └── UnknownCommand 422
    ├── NotSignedIn 401
    ├── Forbidden 403
    │   ├── NotAllowed                the role may not send this command
    │   ├── NotYourDesk
    │   └── OwnJump
    ├── TooManyIssues · TooManyCommands 429
    ├── Unavailable 503
    │   ├── Overloaded
    │   └── ReadOnly
    └── Conflict 409                  the hall is not in a state for this
        ├── NobodyWaiting · TooSoon · RecallLimit · WrongState · TicketElsewhere · TooLate · NotServedHere
        ├── DeskNotOpen · DeskBusy · DeskTaken · OtherDeskTaken · ServiceNotHere · NothingOffered
        ├── TooMany · CopyLimit · AlreadyPlanned · NotPlanned
        ├── HallClosed · HallPaused · DayIsOpen · WouldStrand · SameVersion
        ├── ServiceSuspended · IssuingStopped · TooLateToday · QueueClosing · NoDeskServes
        ├── NotBookable · SlotFull · SlotPast · NotASlot · BookedOnly
        ├── BookingUsed · BookingAnotherDay · BookingEarly · BookingLate
        ├── PersonNeeded · PersonLimit · ClassUsed
        ├── AlreadyConfirmed · ConfirmationLate
        ├── ClockNotSet · IdReused
        └── Unknown                   nothing here has that name
            UnknownTicket · UnknownService · UnknownDesk · UnknownClass · UnknownOutcome · UnknownReason ·
            UnknownQueue · UnknownSpecialty · UnknownRequest · UnknownZone ·
            UnknownAnnouncement · UnknownBooking · UnknownJump

``code`` is stable, ``status`` is HTTP's, ``sentence`` is a gettext msgid whose ``{placeholders}`` are the
``members``: ``texts.gettext(refusal.sentence).format(**refusal.members)``.
"""

from typing import ClassVar

from protocol.words import SECOND, Micros


def N_(sentence: str) -> str:  # noqa: N802 - the name by which Babel finds sentences to translate
    """Mark a sentence for translation."""
    return sentence


class Refusal(Exception):  # noqa: N818 - a word of the contract
    """The hall says no and nothing has changed; ``members`` fill the sentence and stand in the answer."""

    code: ClassVar[str] = ""
    status: ClassVar[int] = 409
    sentence: ClassVar[str] = ""

    def __init__(self, **members: str | int) -> None:
        """Fill the English sentence; every placeholder of it must be among ``members``."""
        self.members = members
        super().__init__(self.sentence.format(**members))


class Malformed(Refusal):
    """What was sent is no command: ``path`` says where."""

    code = "malformed"
    status = 422
    sentence = N_("The command cannot be read at {path}: correct it and send it again.")


class UnknownCommand(Malformed):
    """There is no command of that type."""

    code = "unknown_command"
    sentence = N_("There is no command “{type}”: see the list of commands.")


class NotSignedIn(Refusal):
    """Nobody known asks."""

    code = "not_signed_in"
    status = 401
    sentence = N_("Sign in first.")


class Forbidden(Refusal):
    """The asker may not do this."""

    status = 403


class NotAllowed(Forbidden):
    """The role may not send this command, or not about this ticket."""

    code = "not_allowed"
    sentence = N_("Your role does not allow this: ask the lead operator.")


class NotYourDesk(Forbidden):
    """Another operator has this desk open."""

    code = "not_your_desk"
    sentence = N_("Desk {desk} is open under another operator: take it over first.")


class OwnJump(Forbidden):
    """Who called past others cannot be the second person."""

    code = "own_jump"
    sentence = N_(
        "You called {ticket} past others yourself: another lead operator or manager must confirm it."
    )


class TooManyIssues(Refusal):
    """A kiosk asks for more tickets than visitors could touch."""

    code = "too_many_issues"
    status = 429
    sentence = N_("Too many tickets at once: wait {seconds} seconds.")


class TooManyCommands(Refusal):
    """Somebody asks for more in a minute than a person could."""

    code = "too_many_commands"
    status = 429
    sentence = N_("Too much at once: wait {seconds} seconds.")


class Unavailable(Refusal):
    """The server cannot take this now."""

    status = 503


class Overloaded(Unavailable):
    """The command list is full."""

    code = "overloaded"
    sentence = N_("The server is busy: try again in a moment.")


class ReadOnly(Unavailable):
    """The disk takes no writes."""

    code = "read_only"
    sentence = N_("The server cannot write to its disk: call the technician.")


class Conflict(Refusal):
    """The hall is not in a state for this."""


class NobodyWaiting(Conflict):
    """No lane of this desk has anyone to call."""

    code = "nobody_waiting"
    sentence = N_("Nobody is waiting for desk {desk}.")


class TooSoon(Conflict):
    """A no-show before one recall and the time since the last call; ``seconds`` are still to wait."""

    code = "too_soon"
    sentence = N_("Too soon: recall ticket {ticket} at least once and wait {seconds} seconds more.")


class RecallLimit(Conflict):
    """Recalled as often as the hall allows."""

    code = "recall_limit"
    sentence = N_(
        "Ticket {ticket} was recalled {recalls} times: mark it as absent, or put it back in the queue."
    )


class WrongState(Conflict):
    """The table of a leg's life has no such step."""

    code = "wrong_state"
    sentence = N_("Ticket {ticket} is in state “{state}”, where “{verb}” is not possible: look at it again.")


class TicketElsewhere(Conflict):
    """The ticket is at another desk."""

    code = "ticket_elsewhere"
    sentence = N_("Ticket {ticket} is at desk {at_desk}, not at desk {desk}: ask there.")


class TooLate(Conflict):
    """The time in which an end can be corrected has passed."""

    code = "too_late"
    sentence = N_("Ticket {ticket} can no longer be reinstated: issue a new ticket.")


class NotServedHere(Conflict):
    """The desk serves no lane in which this ticket waits."""

    code = "not_served_here"
    sentence = N_(
        "Desk {desk} does not serve ticket {ticket}: transfer the ticket, or assign its queue to the desk."
    )


class DeskNotOpen(Conflict):
    """The desk is closed or paused."""

    code = "desk_not_open"
    sentence = N_("Desk {desk} is not open: open it first.")


class DeskBusy(Conflict):
    """A ticket is called or served at the desk."""

    code = "desk_busy"
    sentence = N_("Ticket {ticket} is still at desk {desk}: finish with it first.")


class ServiceNotHere(Conflict):
    """A visitor walked up to a desk that does not serve what they want."""

    code = "service_not_here"
    sentence = N_("Desk {desk} does not serve “{service}”: send the visitor to the information desk.")


class NothingOffered(Conflict):
    """The hall is not about to call anybody to this desk."""

    code = "nothing_offered"
    sentence = N_("No call is offered to desk {desk} any more: look at the desk again.")


class TooMany(Conflict):
    """More at once than the service takes."""

    code = "too_many"
    sentence = N_("“{service}” takes at most {most} at once: take another ticket for the rest.")


class AlreadyPlanned(Conflict):
    """The visit leads to that service already, or it is the one that is served now."""

    code = "already_planned"
    sentence = N_("Ticket {ticket} leads to “{service}” already: choose another service.")


class NotPlanned(Conflict):
    """The visit does not lead to that service."""

    code = "not_planned"
    sentence = N_("“{service}” is not planned for ticket {ticket}: look at the ticket again.")


class CopyLimit(Conflict):
    """The slip was copied as often as it may be."""

    code = "copy_limit"
    sentence = N_("The slip of ticket {ticket} was printed again {copies} times: ask a member of staff.")


class DeskTaken(Conflict):
    """Another operator has the desk."""

    code = "desk_taken"
    sentence = N_("Desk {desk} is taken by {operator}: choose another desk, or take it over.")


class OtherDeskTaken(DeskTaken):
    """The operator already has another desk."""

    sentence = N_("You already have desk {desk} open: close it first, or take over.")


class HallClosed(Conflict):
    """The day is not open."""

    code = "hall_closed"
    sentence = N_("The hall is closed: come back in its opening hours.")


class DayIsOpen(Conflict):
    """The day is open already."""

    code = "day_is_open"
    sentence = N_("The day {day} is open already: close it first.")


class ServiceSuspended(Conflict):
    """No tickets are issued for the service now."""

    code = "service_suspended"
    sentence = N_("No tickets are given for “{service}” at the moment: ask at the information desk.")


class HallPaused(Conflict):
    """Nothing is issued or called while the hall is paused; ``kind`` says what for."""

    code = "hall_paused"
    sentence = N_("The hall is paused: wait until it goes on.")


class IssuingStopped(Conflict):
    """No tickets are given in the whole hall now; ``reason`` says why."""

    code = "issuing_stopped"
    sentence = N_("No more tickets are given at the moment: ask at the information desk.")


class TooLateToday(Conflict):
    """The turn of who comes now would not come before the hall closes; ``next`` is the next free slot."""

    code = "too_late_today"
    sentence = N_(
        "Your turn for “{service}” would not come before the hall closes at {time}: book a time, or come on"
        " another day. The next time that is free: {next_time}."
    )


class QueueClosing(Conflict):
    """The last desk of the queue serves out those who wait."""

    code = "queue_closing"
    sentence = N_("No more tickets are given for “{service}”: its last desk is closing. Come back later.")


class NoDeskServes(Conflict):
    """Those who wait would be moved to where nobody calls them."""

    code = "no_desk_serves"
    sentence = N_("No other open desk serves “{service}”: choose a service that is served now.")


class WouldStrand(Conflict):
    """A new configuration leaves visitors without a desk."""

    code = "would_strand"
    sentence = N_("This would leave {tickets} waiting visitors without a desk: serve or transfer them first.")


class ClockNotSet(Conflict):
    """A driven clock stands nowhere before the first ``at``."""

    code = "clock_not_set"
    sentence = N_("The clock is driven and was never set: send advance_clock first.")


class IdReused(Conflict):
    """The same sender used this id for another command."""

    code = "id_reused"
    sentence = N_("The id {id} was used for another command: choose a new one.")


class SameVersion(Conflict):
    """The order changes, and the policy has the name that calls made by the old order have in the log."""

    code = "same_version"
    sentence = N_(
        "These rules change the order, and the policy is still called “{version}”: give policy.version"
        " another name."
    )


class NotBookable(Conflict):
    """The service takes no bookings."""

    code = "not_bookable"
    sentence = N_("No time can be booked for “{service}”: take a ticket in the hall.")


class SlotFull(Conflict):
    """Every place at that time is taken; ``next`` is the next that is free."""

    code = "slot_full"
    sentence = N_("{time} is full: choose another time. The next that is free: {next_time}.")


class SlotPast(Conflict):
    """That time is over."""

    code = "slot_past"
    sentence = N_("{time} has passed: choose a later time. The next that is free: {next_time}.")


class NotASlot(Conflict):
    """Nothing can be booked at that time: the hall is closed, it is too far ahead, or no slot begins then."""

    code = "not_a_slot"
    sentence = N_(
        "{time} cannot be booked: choose one of the times shown. The next that is free: {next_time}."
    )


class BookingUsed(Conflict):
    """Its visitor has checked in."""

    code = "booking_used"
    sentence = N_("This booking is checked in already: your ticket is {ticket}.")


class BookingAnotherDay(Conflict):
    """It is for another day."""

    code = "booking_another_day"
    sentence = N_("This booking is for {time}: come then, or move it.")


class BookingEarly(Conflict):
    """Too early, in a hall that does not let those who booked wait."""

    code = "booking_early"
    sentence = N_("This booking is for {time}: check in from {come} on.")


class BookingLate(Conflict):
    """The place is no longer kept; the visitor chooses a ticket or ``next``, the next free slot."""

    code = "booking_late"
    sentence = N_(
        "Your time was {time}, and the place is no longer kept: take a ticket now, or the next free time,"
        " {next_time}."
    )


class BookedOnly(Conflict):
    """In these hours the service is for those who booked, and no place is free."""

    code = "booked_only"
    sentence = N_(
        "“{service}” is for visitors with a booking at this hour: book a time. The next that is free:"
        " {next_time}."
    )


class PersonNeeded(Conflict):
    """Who asks has to name a document, since this may be had so often a day and no more."""

    code = "person_needed"
    sentence = N_("Enter the number of your document: it is not kept.")


class PersonLimit(Conflict):
    """One person booked as often as the hall allows."""

    code = "person_limit"
    sentence = N_(
        "You have booked “{service}” {bookings} times: cancel one of these bookings, or book again tomorrow."
    )


class ClassUsed(Conflict):
    """A person used a class that is for once a day."""

    code = "class_used"
    sentence = N_(
        "The right to go first was used today for “{service}”: take a ticket without it, or come another day."
    )


class AlreadyConfirmed(Conflict):
    """A second person stands for the jump already."""

    code = "already_confirmed"
    sentence = N_("The call of {ticket} past others is confirmed already: nothing is left to do.")


class ConfirmationLate(Conflict):
    """The working day after the jump is over."""

    code = "confirmation_late"
    sentence = N_(
        "The call of {ticket} past others could be confirmed until the end of {day}: it stays unconfirmed."
    )


class Unknown(Conflict):
    """Nothing here has that name."""


class UnknownTicket(Unknown):
    """No such ticket today."""

    code = "unknown_ticket"
    sentence = N_("There is no ticket {ticket}: check the number and the day.")


class UnknownService(Unknown):
    """No such service, or a group of services."""

    code = "unknown_service"
    sentence = N_("There is no service “{service}” to take a ticket for: choose another.")


class UnknownDesk(Unknown):
    """No such desk."""

    code = "unknown_desk"
    sentence = N_("There is no desk {desk}: check the number.")


class UnknownClass(Unknown):
    """No such class."""

    code = "unknown_class"
    sentence = N_("There is no class “{class}”: choose another.")


class UnknownOutcome(Unknown):
    """No such outcome."""

    code = "unknown_outcome"
    sentence = N_("There is no outcome “{outcome}”: choose another.")


class UnknownReason(Unknown):
    """No such reason for this."""

    code = "unknown_reason"
    sentence = N_("“{reason}” is no reason for this: choose one of the hall's reasons.")


class UnknownQueue(Unknown):
    """No such queue."""

    code = "unknown_queue"
    sentence = N_("There is no queue “{queue}”: choose another.")


class UnknownRequest(Unknown):
    """Nobody asks for help under that number any more."""

    code = "unknown_request"
    sentence = N_("Request {request} is answered already, or there was none: look at the list again.")


class UnknownZone(Unknown):
    """No such zone."""

    code = "unknown_zone"
    sentence = N_("There is no zone “{zone}”: choose another, or all zones.")


class UnknownAnnouncement(Unknown):
    """No such text is on the boards."""

    code = "unknown_announcement"
    sentence = N_("Text {announcement} is not on the boards any more: look at the list again.")


class UnknownBooking(Unknown):
    """No such booking, or no longer."""

    code = "unknown_booking"
    sentence = N_("There is no booking with this code: check the digits, or ask at the information desk.")


class UnknownJump(Unknown):
    """No call past others of that seq is above the quota, or it was long ago."""

    code = "unknown_jump"
    sentence = N_("Event {jump} is no call that a second person has to confirm: look at the ledger.")


class UnknownSpecialty(Unknown):
    """No desk has that specialty."""

    code = "unknown_specialty"
    sentence = N_("No desk has the specialty “{specialty}”: choose another.")


def seconds_until(later: Micros, at: Micros) -> int:
    """Give the whole seconds from ``at`` to ``later``, rounded up, never below 0."""
    return max(0, -((at - later) // SECOND))


def every() -> list[type[Refusal]]:
    """List every refusal with a code of its own, for the reference and the tests."""
    found, todo = [], [Refusal]
    while todo:
        kind = todo.pop(0)
        todo += kind.__subclasses__()
        if vars(kind).get("code"):
            found.append(kind)
    return found
