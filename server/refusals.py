"""Refusals about time, people and devices; those of the rules are in ``server.domain.refusals``."""

from server.domain.refusals import N_, Conflict, Forbidden, Malformed, Refusal, Unavailable, Unknown


class ClockBehind(Conflict):
    """Time does not run back."""

    code = "clock_behind"
    sentence = N_("The clock already stands at {now}: send a later “at”.")


class ClockNotDriven(Conflict):
    """A command brought its time to a hall that goes by the wall clock."""

    code = "clock_not_driven"
    sentence = N_(
        "This hall goes by the wall clock: leave “at” out, or start the server with --clock driven."
    )


class TimeNotAllowed(Forbidden):
    """Only another system (role ``integration``) drives the clock."""

    code = "time_not_allowed"
    sentence = N_("Only a device of the role “integration” may set the clock: leave “at” out.")


class CodeNeeded(Refusal):
    """Name and password are right, and this person has a second factor."""

    code = "code_needed"
    status = 401
    sentence = N_("Type the six digits that your phone shows.")


class WrongCode(Refusal):
    """The digits are of another key, of another time, or were used before."""

    code = "wrong_code"
    status = 401
    sentence = N_("These digits are wrong or were used already: wait for the next ones.")


class SecondFactorMissing(Forbidden):
    """Their role signs in with a second factor, and they have none."""

    code = "second_factor_missing"
    sentence = N_("Your role needs a second factor: ask the technician to give you one.")


class NothingToConfirm(Conflict):
    """No key was shown, or it was too long ago."""

    code = "nothing_to_confirm"
    sentence = N_("No key waits to be confirmed: begin anew.")


class DirectoryFailed(Refusal):
    """The ministry's directory did not answer, or what it said was not proved; ``why`` is for the log."""

    code = "directory_failed"
    status = 502
    sentence = N_("The sign-in of the ministry did not work: try again, or sign in with a password.")


class NoRoleHere(Forbidden):
    """The directory knows this person and gives no role in this hall, or the hall has disabled them."""

    code = "no_role_here"
    sentence = N_("You have no role in this hall: ask its administrator.")


class StandsBy(Unavailable):
    """A standby reads and decides nothing."""

    code = "stands_by"
    sentence = N_("This server stands by: send it to {primary}, which runs the hall.")


class Superseded(Unavailable):
    """Another server has taken over; this one must never decide again."""

    code = "superseded"
    sentence = N_("Another server has taken over this hall: use that one's address.")


class AnotherHistory(Conflict):
    """A standby's log is not the beginning of this one."""

    code = "another_history"
    sentence = N_(
        "Your log and this one differ at event {seq}: keep it, and begin a new standby in an empty folder."
    )


class UnknownOperator(Unknown):
    """Nobody who may sign in has that name or id."""

    code = "unknown_operator"
    sentence = N_("There is no operator “{name}”: see how the name was written.")


class NameTaken(Conflict):
    """Somebody signs in with that name."""

    code = "name_taken"
    sentence = N_("There is an operator “{name}” already: choose another name.")


class DeviceNameTaken(NameTaken):
    """A device has that name."""

    sentence = N_("There is a device “{name}” already: choose another name, or revoke that device first.")


class NameNeeded(Malformed):
    """An operator or a device without a name."""

    code = "name_needed"
    sentence = N_("This needs a name: write one.")


class NotYourself(Forbidden):
    """Nobody takes the own right, so that a hall keeps somebody who may manage it."""

    code = "not_yourself"
    sentence = N_("You cannot do this to yourself: ask another administrator.")


class UnknownDevice(Unknown):
    """No device in use has that id."""

    code = "unknown_device"
    sentence = N_("There is no device “{device}” in use: look at the list again.")


class UnknownCode(Unknown):
    """No device shows this code."""

    code = "unknown_code"
    sentence = N_("No device shows the code {entered}: read it once more from the device's screen.")


class CodeExpired(Conflict):
    """The device shows another code by now."""

    code = "code_expired"
    sentence = N_("The code {entered} has expired: type the one that the device shows now.")


class NotStartedAgain(Conflict):
    """A power cut is asked of a server that would stay away."""

    code = "not_started_again"
    sentence = N_("Nobody would start this server again: open the hall with “make run” to try this.")


class LinkGone(Refusal):
    """A link to sign in with was used, or is too old."""

    code = "link_gone"
    status = 404
    sentence = N_("This link was used already or is too old: sign in, or ask for a new link.")


class SlipVoid(Refusal):
    """The slip was lost and printed anew: whoever found the old one learns nothing by it."""

    code = "slip_void"
    status = 410
    sentence = N_("This slip is void: a new one was printed in its place. Please use the new one.")


class NoPin(Conflict):
    """No PIN was ever set."""

    code = "no_pin_set"
    sentence = N_("This hall has no staff PIN yet: a manager sets one on the manager's page.")


class WrongPin(Forbidden):
    """The staff's PIN is another."""

    code = "wrong_pin"
    sentence = N_("The PIN is wrong: try again; tries left: {tries_left}.")


class TooManyTries(Refusal):
    """Somebody tries secrets: passwords, or codes."""

    code = "too_many_tries"
    status = 429
    sentence = N_("Too many wrong tries: wait {seconds} seconds.")

    @property
    def retry_after_seconds(self) -> int:
        """Give when the next try may be made."""
        return int(self.members["seconds"])


class PinLocked(TooManyTries):
    """Somebody tries PINs."""

    code = "pin_locked"
    sentence = N_("Too many wrong PINs: wait {seconds} seconds, or ask a manager for a new PIN.")


class NotPrintedHere(Forbidden):
    """The slip is not for this kiosk's printer."""

    code = "not_printed_here"
    sentence = N_("The slip of ticket {ticket} is not printed here: ask where it was issued.")


class HallMistakes(Refusal):
    """A hall file that came with a command has mistakes; ``mistakes`` has all of them, each on a line."""

    code = "hall_mistakes"
    status = 422
    sentence = N_("Nothing was changed: {first} Mistakes in all: {count}.")
