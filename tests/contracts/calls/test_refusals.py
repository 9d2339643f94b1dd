"""What Twilio's two forms of a refusal are taken for: the form it always had, and that of RFC 9457."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response, json

from services.calls.providers.ports import ProviderFails, Refused, TryLater
from services.calls.providers.twilio_voice import TwilioVoice
from tests.integration.calls.live import Server, served

OF_OLD = {"status": 400, "message": "no", "more_info": "https://www.twilio.com/docs/errors/21214"}
OF_RFC_9457 = {"type": "https://www.twilio.com/docs/errors/21214", "title": "no", "status": 400}


@pytest.fixture
def server() -> Iterator[Server]:
    with served() as server:
        yield server


@pytest.mark.parametrize("form", [OF_OLD, OF_RFC_9457], ids=["of old", "of RFC 9457"])
@pytest.mark.parametrize(("code", "how"), [(21214, Refused), (20003, TryLater)])
def test_a_refusal_is_known_by_its_code_in_whichever_form_it_comes(
    server: Server, form: dict[str, object], code: int, how: type[ProviderFails]
) -> None:
    server.app = Flask(__name__)
    server.app.add_url_rule(
        "/<path:_>",
        view_func=lambda _: Response(json.dumps(form | {"code": code}), 400, content_type="application/json"),
        methods=["POST"],
    )
    voice = TwilioVoice("AC" + "1" * 32, "secret", server.url, "+14165550101")

    with pytest.raises(how, match=str(code)):
        voice.place("+14165550142", answered_url="https://act.example.org/a", status_url="https://act.example.org/s")
