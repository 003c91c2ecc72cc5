"""An OpenID provider that runs for a test: it knows one person at a time, and lies as it is told to."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, request
from joserfc import jwk, jwt
from werkzeug.serving import make_server

from tests.hall_process import free_port

CLIENT, SECRET = "hall-1", "a secret of the provider and the hall"


class Provider:
    """The provider; ``person`` is who sits before the browser, ``lies`` what is said wrongly of them."""

    def __init__(self) -> None:
        """Make keys, and a way in."""
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.person: dict[str, Any] = {}
        self.lies: dict[str, Any] = {}
        self.key = jwk.RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig", "alg": "RS256"})
        self.signs_with = self.key
        self._given: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []

    def app(self) -> Flask:
        """Give the application that answers."""
        app = Flask("provider")
        app.add_url_rule("/.well-known/openid-configuration", "facts", self.facts)
        app.add_url_rule("/keys", "keys", lambda: {"keys": [self.key.as_dict(private=False)]})
        app.add_url_rule("/authorize", "authorize", self.authorize)
        app.add_url_rule("/token", "token", self.token, methods=["POST"])
        return app

    def facts(self) -> dict[str, Any]:
        """Say what there is."""
        return {
            "issuer": self.lies.get("issuer_told", self.issuer),
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorize(self) -> Any:
        """Sign the person in without a question, and send the browser back with a code."""
        asked = request.args.to_dict()
        self.asked.append(asked)
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._given[code] = asked
        back = urlencode({"code": code, "state": self.lies.get("state", asked["state"])})
        return redirect(f"{asked['redirect_uri']}?{back}")

    def token(self) -> Any:
        """Give the ID token of a code, once, to who began the way in."""
        said, known = request.form, request.authorization
        asked = self._given.pop(said.get("code", ""), None)
        challenge = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or known is None
            or (known.username, known.password) != (CLIENT, SECRET)
            or said.get("redirect_uri") != asked["redirect_uri"]
            or base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return {"error": "invalid_grant"}, 400
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= {**self.person, **{name: lie for name, lie in self.lies.items() if name in claims}}
        header = {"alg": "RS256", "kid": "one"}
        return {
            "access_token": "unused",
            "token_type": "Bearer",
            "id_token": jwt.encode(header, claims, self.signs_with),
        }


@contextmanager
def providing() -> Iterator[Provider]:
    """Run a provider."""
    provider = Provider()
    server = make_server("127.0.0.1", provider.port, provider.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
