"""The faults by their numbers: what each is, and what the hall promises when it happens.

A test says with ``@pytest.mark.fault(number="T3")`` that it makes one, and with ``record_property`` what it
saw. ``python -m tests.faults`` runs them all and writes docs/reference/reliability.md.
"""

from typing import NamedTuple


class Fault(NamedTuple):
    """A fault, how it is made, and what was promised."""

    title: str
    promise: str


CATALOGUE = {
    "T1": Fault(
        "A full hall: 20 kiosks, 60 desks and 200 boards, five tickets a second",
        "Every answer comes, every board shows every call, in order and without a gap.",
    ),
    "T1b": Fault(
        "Twenty minutes of it, clients joining and leaving every three seconds",
        "Memory, threads and open files stay level after the first minutes.",
    ),
    "T2": Fault(
        "Morning rush: 300 visitors in two seconds, each tapping five times",
        "One ticket a visitor, nobody turned away, no status of 500 or above.",
    ),
    "T3": Fault(
        "The server is killed (kill -9) while 64 kiosks issue and six desks call",
        "Nothing acknowledged lost, no number twice, none called twice, each desk knows its ticket.",
    ),
    "T4": Fault(
        "The power fails at any point of a script of 50 tickets",
        "Nothing acknowledged lost; with `synchronous=NORMAL` something is, so the test can fail.",
    ),
    "T5": Fault(
        "The disk is full",
        "Read-only with a sentence, screens and reads go on; with room again it goes on by itself.",
    ),
    "T6": Fault(
        "The disk refuses once, at any one thing it is asked",
        "Nothing acknowledged lost, what failed is done again once.",
    ),
    "T7": Fault(
        "The machine's clock is set, forward or back",
        "Order and waits go on as before; the step is an event and an alarm.",
    ),
    "T8": Fault(
        "Summer time and midnight, in every time zone",
        "Every moment has one business day, and numbers start again exactly once a day.",
    ),
    "T9": Fault(
        "A byte flipped, a file cut, a page zeroed: in the log, its write-ahead log, a snapshot",
        "Told at the start or by the watchman; put aside whole; a backup or the standby ends it.",
    ),
    "T10": Fault(
        "An upgrade of a live folder of every earlier version, killed at each statement",
        "It is the old one or the new one, and a backup made before is the way back.",
    ),
    "T11": Fault(
        "A backup in a rush, then the server and its disk are lost",
        "What was copied is there again, by two documented commands; no number comes twice.",
    ),
    "T12": Fault(
        "A printer that is off, out of paper, open, silent or talks nonsense",
        "The ticket exists, the kiosk shows it; the fault is named, and is never taken for a slip.",
    ),
    "T13": Fault(
        "The printer's cable is pulled at any byte of a slip",
        "The slip failed and is said so; it is printed again with the same number.",
    ),
    "T14": Fault("200 slips while the printer is off", "None of them is printed for somebody who has gone."),
    "T17": Fault(
        "A board is cut off for a second, a minute or an hour while 500 are called",
        "It shows the true state when it is back, and speaks no old call.",
    ),
    "T18": Fault(
        "Boards that stop reading, one that still answers pings",
        "The others notice nothing; the one is dropped, with its memory and its socket.",
    ),
    "T19": Fault(
        "A network that delays, cuts, resets or swallows",
        "No call and no ticket twice; everybody is back within seconds of the network.",
    ),
    "T22": Fault(
        "The server is lost, or cut off from its standby, and the standby takes over",
        "Nothing lost that both had; no number and no call twice; two servers never both go on.",
    ),
    "T23": Fault(
        "Hostile HTTP, made from the OpenAPI document by Schemathesis",
        "No status of 500 or above, no undocumented answer, no traceback.",
    ),
    "T24": Fault(
        "Hostile Socket.IO: wrong types, depth, length, raw frames, handshakes left half way",
        "The server lives and answers others, and its log has no page of each.",
    ),
    "T25": Fault(
        "Hostile bytes for each parser (printer status, slip codes, hall files, events, scanners)",
        "Only the refusals that are declared.",
    ),
    "T26": Fault(
        "Random days of issuing, calling, moving and crashing, against a model of 60 lines",
        "The hall and the model agree: each ticket in one state, at one desk, each count right.",
    ),
    "T27": Fault(
        "Every route, command and Socket.IO event, tried by every role",
        "Each cell of the table as it says; what has no line fails the build and is refused.",
    ),
    "T28": Fault("An operator acts for another desk", "Refused, in the server's log, nothing changed."),
    "T29": Fault(
        "Another site's page posts, or listens, with the cookie of somebody signed in",
        "Nothing is changed and nothing heard.",
    ),
    "T30": Fault(
        "A session is fixed, kept after logout or after the right went",
        "A new one at each login; it ends with its sockets.",
    ),
    "T31": Fault(
        "Passwords, PINs and codes are tried by the thousand",
        "Growing delays for who tries, and nobody locks a colleague out.",
    ),
    "T32": Fault("Links of visitors are guessed", "128 bits: no other text is a token."),
    "T33": Fault("A device floods the hall", "It waits; the others go on, and the manager sees it."),
    "T34": Fault(
        "A package with a known hole",
        "Floors stand in setup.cfg for all that are known; pip-audit needs the Internet, and is not run.",
    ),
    "T36": Fault(
        "The log is edited, cut, swapped, added to, at any place",
        "Found and named, between which two signed heads.",
    ),
    "T37": Fault(
        "The same by somebody who holds the hall's key, and signs it all anew",
        "Found by a head or a receipt that was kept outside.",
    ),
    "T38": Fault(
        "Proofs of inclusion and consistency, against published vectors and another program",
        "The same for all sizes up to 130; with any bit changed each fails.",
    ),
    "T40": Fault(
        "The server is away, and the kiosk is killed between journal and slip",
        "Visitors get tickets of the kiosk's own series; all are called, at the time they came.",
    ),
}

NOT_RUN = {
    "T15": "a real CUPS needs its service installed; CUPS as a transport is not built yet",
    "T16": "a browser killed and a touchscreen unplugged need the machine of a kiosk",
    "T20": "there is no headquarters to be cut off from yet",
    "T21": "there is no headquarters that could meet two halls of one name yet",
    "T35": "there is no headquarters yet whose key could be stolen",
    "T39": "there is no headquarters and no engine between halls yet",
}
"""What the list in the project's reference asks for and nobody has run, with the reason."""
