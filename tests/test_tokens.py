"""A visit's token is derived, never stored, and no other text passes for one."""

import pytest

from server.tokens import said_by, ticket_of, visit_token

KEY = b"k" * 32
TOKEN = visit_token(KEY, "2026-11-21", "A042")


def test_a_token_names_its_ticket() -> None:
    """The token is day, ticket and 32 hex digits, and tells the ticket back."""
    day, number, mac = TOKEN.split("-")
    assert (day, number, len(mac)) == ("261121", "A042", 32)
    assert ticket_of(KEY, TOKEN) == ("2026-11-21", "A042")


def test_a_prefix_may_have_a_hyphen_or_any_script() -> None:
    """Numbers are texts: a hyphen or another script in them does no harm."""
    for number in ("A-042", "Ş7", "12A"):
        assert ticket_of(KEY, visit_token(KEY, "2026-11-21", number)) == ("2026-11-21", number)


@pytest.mark.fault(number="T32")
@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(TOKEN.replace("A042", "A043"), id="another ticket"),
        pytest.param(TOKEN.replace("261121", "261122"), id="another day"),
        pytest.param(TOKEN[:-1], id="cut"),
        pytest.param(TOKEN[:-1] + ("0" if TOKEN[-1] != "0" else "1"), id="one digit off"),
        pytest.param(TOKEN.upper(), id="upper case"),
        pytest.param(visit_token(b"x" * 32, "2026-11-21", "A042"), id="another hall's key"),
        pytest.param(visit_token(KEY, "2026-11-21", "A042", issue=2), id="another issue of the slip"),
        pytest.param("", id="nothing"),
        pytest.param("٢٦١١٢١-A042-" + TOKEN[-32:], id="digits of another script"),
    ],
)
def test_no_other_text_is_a_token(forged: str) -> None:
    """Whatever was not derived under the hall's key is nobody's token."""
    assert ticket_of(KEY, forged) is None


def test_a_text_of_the_form_says_a_ticket_genuine_or_not() -> None:
    """By which its issue is found, before anything is believed."""
    assert said_by(TOKEN[:-1] + "0") == ("2026-11-21", "A042")
    assert said_by("A042") is None
