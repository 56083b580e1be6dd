"""Credentials and login answers never show in a step, whatever way they take."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.domain.action import compile_friendly
from trunkline.engine.action import MASK, Code, Reply, recorded, run

LOGIN = compile_friendly(
    {
        "name": "Login",
        "action_type": "customAuth",
        "request": {
            "method": "POST",
            "url": "https://login.example/${credentials.tenant}/token",
            "headers": {"Authorization": 'Basic $encoding.base64("${credentials.id}:${credentials.secret}")'},
            "body": "grant_type=client_credentials&secret=$esc.url(${credentials.secret})",
        },
    }
).body
ACTION = compile_friendly(
    {
        "name": "Ask",
        "inputs": {"q": "string"},
        "outputs": {},
        "request": {
            "method": "POST",
            "url": "https://x.example/ask?key=$esc.url(${credentials.secret})",
            "headers": {
                "Authorization": "${authResponse.token_type} ${authResponse.access_token}",
                "X-Both": 'Basic $encoding.base64("${credentials.id}:${credentials.secret}")',
            },
            "body": '{"secret": "$esc.jsonString(${credentials.secret})", "q": "{{q}}"}',
        },
    }
).body
CREDENTIALS = {"id": "client-7", "secret": 'p"ss/wörd &1', "tenant": "acme-corp"}
TOKEN = "eyJhbGciOi.XYZ"


def _replies(echo):
    login = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}
    return recorded([login, Reply(body=json.dumps({"echo": echo}))])


def test_a_login_feeds_the_request_and_only_the_wire_sees_it():
    sent = []
    replies = _replies(None)

    def send(request):
        sent.append(request)
        return replies(request)

    result = run(ACTION, {"q": "hello"}, send, credentials=CREDENTIALS, auth=LOGIN)

    assert result.ok
    assert sent[0].url == "https://login.example/acme-corp/token"
    assert sent[1].headers["Authorization"] == f"Bearer {TOKEN}"
    assert json.loads(sent[1].body) == {"secret": CREDENTIALS["secret"], "q": "hello"}
    assert result.step(2).result == {"id": MASK, "secret": MASK, "tenant": MASK}
    assert result.step(3).result == {"access_token": MASK, "token_type": "Bearer", "expires_in": 3600}
    assert result.step(5).result["Authorization"] == f"Bearer {MASK}"


def _shown(result):
    return json.dumps(result.to_json()["steps"], ensure_ascii=False)


def test_what_a_service_echoes_is_masked_too():
    pair = base64.b64encode(f"{CREDENTIALS['id']}:{CREDENTIALS['secret']}".encode()).decode()
    echo = [CREDENTIALS["secret"], {TOKEN: 1}, quote(CREDENTIALS["secret"]), pair]

    result = run(ACTION, {"q": "x"}, _replies(echo), credentials=CREDENTIALS, auth=LOGIN)

    shown = _shown(result)
    assert result.output == {"echo": echo}
    for secret in (TOKEN, pair, "wörd", "w%C3%B6rd", "client-7"):
        assert secret not in shown


def test_an_error_that_quotes_the_request_is_masked():
    def refuse(request):
        raise ConnectionError(f"cannot reach {request.url} with {request.headers}")

    result = run(ACTION, {"q": "x"}, refuse, credentials=CREDENTIALS)

    assert "w%C3%B6rd" not in result.error.message
    assert "wörd" not in _shown(result)


def test_a_failed_login_says_so_without_its_secrets():
    refused = recorded([Reply(401, body=f"bad secret {CREDENTIALS['secret']}")])

    result = run(ACTION, {"q": "x"}, refused, credentials=CREDENTIALS, auth=LOGIN)

    assert result.error.code is Code.AUTHENTICATION
    assert result.steps[-1].number == 3
    assert "wörd" not in result.error.message


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=6, max_size=20))
@settings(max_examples=60, deadline=None)
def test_no_spelling_of_any_secret_shows(secret):
    if (
        not secret.strip()
        or secret.casefold()
        in _shown(
            run(ACTION, {"q": "x"}, _replies(None), credentials={"id": "i", "secret": "", "tenant": "t"})
        ).casefold()
    ):
        return
    replies = recorded([Reply(body=json.dumps({"raw": secret, "url": quote(secret, safe="")}))])

    result = run(ACTION, {"q": "x"}, replies, credentials={"id": "client-7", "secret": secret})

    for step in result.steps[6:]:
        assert secret not in json.dumps(step.result, ensure_ascii=False)
    assert secret not in str(result.step(4).result)
