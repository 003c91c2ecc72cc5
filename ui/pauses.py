"""What the hall says while it is paused, and after it was away, where nobody wrote a text of its own. Pure.

``ui/web/pauses.js`` says the same on the pages.
"""

from collections.abc import Mapping
from typing import Any

from ui.language import N_, Texts

PAUSED = {
    "emergency": N_("Emergency. Please stay calm and do what the staff say. Your turn is kept."),
    "outage": N_("There is a technical fault. Nobody is called at the moment. Your turn is kept."),
    "break": N_("The hall takes a short break. Nobody is called at the moment. Your turn is kept."),
}
"""The sentence of each kind of pause."""

INTERRUPTED = N_("There was an interruption. Your turn is kept.")
"""Said for a while after the server was away."""


def pause_sentence(pause: Mapping[str, Any], spoken: Texts) -> str:
    """Say a pause ``{kind, texts}`` in one language: in the hall's own words there, else in ours."""
    own = (pause.get("texts") or {}).get(spoken.language)
    return own or spoken.gettext(PAUSED.get(pause["kind"], PAUSED["outage"]))
