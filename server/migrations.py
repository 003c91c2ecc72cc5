"""The tables of the three databases; sqlite-utils applies what a file has not seen yet."""

import secrets

from sqlite_utils import Database, Migrations

from server.merkle import BLOCK, Frontier

hall = Migrations("hall")
access = Migrations("access")
private = Migrations("private")


@hall()
def events(db: Database) -> None:
    """Make the log: the columns beside ``body`` are an index of it, which ``verify`` compares."""
    db.execute(
        "CREATE TABLE events (seq INTEGER PRIMARY KEY, day TEXT NOT NULL, at INTEGER NOT NULL,"
        " type TEXT NOT NULL, body TEXT NOT NULL)"
    )
    db.execute("CREATE INDEX events_by_day ON events (day)")
    # What happened to a ticket: asked for whenever a called visitor's phone looks.
    db.execute("CREATE INDEX events_by_ticket ON events (json_extract(body, '$.ticket'))")
    # Which events point to a text in private.db: few, so the index costs the others nothing.
    db.execute(
        "CREATE INDEX texts ON events (json_extract(body, '$.detail'))"
        " WHERE type IN ('device_reported', 'slip_printed') AND json_extract(body, '$.detail') IS NOT NULL"
    )


@hall()
def roots(db: Database) -> None:
    """Keep the Merkle root of the log as it stood after each commit."""
    db.execute("CREATE TABLE roots (seq INTEGER PRIMARY KEY, root BLOB NOT NULL)")


@hall()
def meta(db: Database) -> None:
    """Name this history at random, and keep a row for the probe that ends a read-only time."""
    db.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
    db.execute("INSERT INTO meta VALUES ('epoch', ?), ('probe', '0')", [secrets.token_hex(8)])


@hall()
def words(db: Database) -> None:
    """Find the events that point to what was said or noted: few, as those that point to details are."""
    db.execute(
        "CREATE INDEX words ON events (coalesce(json_extract(body, '$.text'), json_extract(body, '$.note')))"
        " WHERE type IN ('announced', 'hall_paused', 'note_left')"
    )


@hall()
def contacts(db: Database) -> None:
    """Find the bookings whose contact is kept apart."""
    db.execute(
        "CREATE INDEX contacts ON events (json_extract(body, '$.contact')) WHERE type = 'slot_booked'"
        " AND json_extract(body, '$.contact') IS NOT NULL"
    )


@hall()
def blocks(db: Database) -> None:
    """Keep the root of each block of leaves, from which proofs are made, and find the heads and keys."""
    db.execute("CREATE TABLE blocks (number INTEGER PRIMARY KEY, root BLOB NOT NULL)")
    tree = Frontier()
    for (body,) in db.execute("SELECT body FROM events ORDER BY seq"):
        if block := tree.grow(body.encode()):
            db.execute("INSERT INTO blocks VALUES (?, ?)", [tree.size // BLOCK - 1, block])
    db.execute("CREATE INDEX heads ON events (type, seq) WHERE type IN ('head_signed', 'key_announced')")


@access()
def people_and_devices(db: Database) -> None:
    """Make operators and devices; ``serial`` grows when a password changes or a right ends."""
    db.execute(
        "CREATE TABLE operators (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,"
        " role TEXT NOT NULL, password TEXT NOT NULL, disabled INTEGER NOT NULL DEFAULT 0,"
        " serial INTEGER NOT NULL DEFAULT 1)"
    )
    db.execute(
        "CREATE TABLE devices (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, role TEXT NOT NULL,"
        " desk TEXT NOT NULL DEFAULT '', digest TEXT NOT NULL UNIQUE, revoked INTEGER NOT NULL DEFAULT 0)"
    )


@access()
def keys(db: Database) -> None:
    """Draw the secrets of this hall: under ``visit`` its tokens are made, under ``session`` its cookies."""
    db.execute("CREATE TABLE keys (name TEXT PRIMARY KEY, value BLOB NOT NULL)")
    for name in ("visit", "session"):
        db.execute("INSERT INTO keys VALUES (?, ?)", [name, secrets.token_bytes(32)])


@access()
def hall_key(db: Database) -> None:
    """Draw the seed of the key that signs heads: whoever keeps ``access.db`` can sign as this hall."""
    db.execute("INSERT INTO keys VALUES ('hall', ?)", [secrets.token_bytes(32)])


@access()
def links(db: Database) -> None:
    """Make the links that sign a person in once; as of all secrets, their codes' digests alone are kept."""
    db.execute(
        "CREATE TABLE links (digest TEXT PRIMARY KEY, operator INTEGER NOT NULL, path TEXT NOT NULL,"
        " until INTEGER NOT NULL)"
    )


@access()
def sessions(db: Database) -> None:
    """Make the sessions of those who are signed in; of their secrets the digests alone are kept."""
    db.execute(
        "CREATE TABLE sessions (digest TEXT PRIMARY KEY, operator TEXT NOT NULL, serial INTEGER NOT NULL,"
        " until INTEGER NOT NULL)"
    )


@access()
def browsers(db: Database) -> None:
    """Make the browsers that somebody has signed in with: nobody else's wrong tries hold these up."""
    db.execute(
        "CREATE TABLE browsers (digest TEXT NOT NULL, operator TEXT NOT NULL, seen INTEGER NOT NULL,"
        " PRIMARY KEY (digest, operator))"
    )


@access()
def second_factors(db: Database) -> None:
    """Keep the key of a second factor, and the step of time whose code was used last."""
    db.execute("ALTER TABLE operators ADD COLUMN second_key TEXT")
    db.execute("ALTER TABLE operators ADD COLUMN second_step INTEGER NOT NULL DEFAULT 0")


@access()
def directory_people(db: Database) -> None:
    """Keep who of the ministry's directory is which operator."""
    db.execute("CREATE TABLE directory_people (subject TEXT PRIMARY KEY, operator INTEGER NOT NULL)")


@private()
def texts(db: Database) -> None:
    """Make the free texts, each under a random id that an event may hold."""
    db.execute("CREATE TABLE texts (id TEXT PRIMARY KEY, text TEXT NOT NULL)")


@private()
def notes(db: Database) -> None:
    """Say of a note which day it is of: it goes when that day ends."""
    db.execute("ALTER TABLE texts ADD COLUMN note_of TEXT")
