"""Refusals of the engine itself, about time; those of the rules are in ``server.domain.refusals``."""

from server.domain.refusals import N_, Conflict, Forbidden


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
