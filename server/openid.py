"""OpenID Connect, as far as a hall needs it: the code flow with PKCE, and an ID token that is proved.

Needs the extra ``[oidc]`` (Authlib). Every function asks the provider and waits: call them in a thread.
"""

import time
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from server.directory import Directory
from server.refusals import DirectoryFailed

SECONDS = 5.0
LEEWAY_SECONDS = 60
SIGNED_BY = ["RS256", "ES256", "PS256", "EdDSA"]
"""Never ``none``, and no shared secret: a token is signed by a key that the provider alone has."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
Facts = dict[str, Any]


def facts(directory: Directory) -> Facts:
    """Read what a provider says of itself; raises DirectoryFailed."""
    issuer = directory.issuer.rstrip("/")
    told = _read(f"{issuer}/.well-known/openid-configuration")
    if str(told.get("issuer", "")).rstrip("/") != issuer:
        raise DirectoryFailed(why="issuer")
    return told


def way_in(told: Facts, directory: Directory, redirect: str, secrets: dict[str, str]) -> str:
    """Give the address to which a browser is sent; ``secrets`` are state, nonce and code_verifier."""
    client = _client(directory, redirect)
    url, _ = client.create_authorization_url(
        told["authorization_endpoint"],
        state=secrets["state"],
        nonce=secrets["nonce"],
        code_verifier=secrets["code_verifier"],
    )
    return str(url)


def proved(
    told: Facts, directory: Directory, redirect: str, secrets: dict[str, str], code: str
) -> dict[str, Any]:
    """Exchange a code for a person's claims, and prove them; raises DirectoryFailed."""
    try:
        with _client(directory, redirect) as client:
            given = client.fetch_token(
                _safe(told["token_endpoint"]),
                grant_type="authorization_code",
                code=code,
                code_verifier=secrets["code_verifier"],
                timeout=SECONDS,
            )
        keys = jwk.KeySet.import_key_set(cast("Any", _read(told["jwks_uri"])))
        token = jwt.decode(given["id_token"], keys, algorithms=SIGNED_BY)
        rules = jwt.JWTClaimsRegistry(
            now=int(time.time()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": told["issuer"]},
            aud={"essential": True, "value": directory.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": secrets["nonce"]},
        )
        rules.validate(token.claims)
    except (JoseError, requests.RequestException, KeyError, ValueError) as error:
        raise DirectoryFailed(why=type(error).__name__) from error
    except Exception as error:  # Authlib raises an error of its own for each answer of a provider
        if not type(error).__module__.startswith("authlib"):
            raise
        raise DirectoryFailed(why=type(error).__name__) from error
    return dict(token.claims)


def _client(directory: Directory, redirect: str) -> Any:
    method = "client_secret_basic" if directory.secret else "none"
    return OAuth2Session(
        directory.client_id,
        directory.secret or None,
        scope="openid profile",
        redirect_uri=redirect,
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
    )


def _read(url: str) -> Facts:
    try:
        answer = requests.get(_safe(url), timeout=SECONDS, allow_redirects=False)
        answer.raise_for_status()
        told = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise DirectoryFailed(why=type(error).__name__) from error
    if not isinstance(told, dict):
        raise DirectoryFailed(why="form")
    return told


def _safe(url: str) -> str:
    """Give an address that nobody on the way can read or change; raises DirectoryFailed for any other."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise DirectoryFailed(why="no TLS")
    return url
