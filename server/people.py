"""The calls about operators: who may sign in, as what, and who no longer."""

from typing import Literal

from server.access import Access
from server.askers import Asker, Askers
from server.bodies import Body, Name, said
from server.domain.refusals import NotAllowed
from server.domain.rights import PEOPLE
from server.refusals import NotYourself, UnknownOperator
from server.register import Person, Register

MANAGES = {
    "manager": frozenset({"operator", "lead", "greeter", "inspector"}),
    "admin": PEOPLE,
}
"""Role -> the roles of those whom it may add, change and disable."""

Role = Literal["operator", "lead", "greeter", "inspector", "manager", "admin"]


class Added(Body):
    """Who is to be let in."""

    name: Name
    role: Role


class Changed(Body):
    """What an operator may do from now on."""

    role: Role


class People:
    """Answers the calls about operators. Passwords are drawn, and shown once."""

    def __init__(self, access: Access, askers: Askers) -> None:
        """Change the hall's register."""
        self._access = access
        self._askers = askers

    def all(self) -> list[Person]:
        """List all operators; the disabled ones too, who may be let in again by a new password."""
        return self._access.ask(Register.people)

    def add(self) -> dict[str, str]:
        """Let a person in; gives the password."""
        manager, new = self._askers.now(), said(Added)
        _must_manage(manager, new.role)
        name = new.name.strip()
        password = self._access.change(Register.add_operator, name, new.role)
        (person,) = (person for person in self._access.ask(Register.people) if person.name == name)
        self._took_down("added", person.id, new.role)
        return {"id": person.id, "password": password}

    def new_password(self, operator_id: str) -> dict[str, str]:
        """Give a person a new password; the old one and its sessions are void."""
        person = self._person(self._askers.now(), operator_id)
        password = self._access.change(Register.new_password, person.name)
        self._took_down("new_password", person.id, person.role)
        return {"password": password}

    def set_role(self, operator_id: str) -> dict[str, str]:
        """Give a person another role."""
        manager, changed = self._askers.now(), said(Changed)
        person = self._another(manager, operator_id)
        _must_manage(manager, changed.role)
        self._access.change(Register.set_role, person.name, changed.role)
        self._took_down("role", person.id, changed.role)
        return {"id": person.id, "name": person.name, "role": changed.role}

    def disable(self, operator_id: str) -> tuple[str, int]:
        """Take a person's right."""
        person = self._another(self._askers.now(), operator_id)
        self._access.change(Register.disable, person.name)
        self._took_down("disabled", person.id, person.role)
        return "", 204

    def _took_down(self, what: str, about: str, role: str) -> None:
        self._askers.audit.changed(self._askers.now().id, what, about, role)

    def _another(self, manager: Asker, operator_id: str) -> Person:
        """Give a person who is not the asker; raises NotYourself."""
        if operator_id == manager.id:
            raise NotYourself
        return self._person(manager, operator_id)

    def _person(self, manager: Asker, operator_id: str) -> Person:
        """Give a person whom the asker manages; raises UnknownOperator or NotAllowed."""
        for person in self._access.ask(Register.people):
            if person.id == operator_id:
                _must_manage(manager, person.role)
                return person
        raise UnknownOperator(name=operator_id)


def _must_manage(manager: Asker, role: str) -> None:
    if role not in MANAGES[manager.role]:
        raise NotAllowed
