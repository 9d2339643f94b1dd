"""Every API does what its OpenAPI document says, whatever is sent to it: schemathesis makes up what is sent.

Nothing may end in a 5xx; every status is documented by name; what is answered is as documented; what the document
forbids is refused. That a request which the document allows is taken is not asked: no JSON Schema says which telephone
numbers there are, or that an address may be missing where there is the other.
"""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from services.events.domain.gathering import State
from services.events.storage.gatherings import Gatherings
from services.signatures.domain.petition import ClosingReason
from services.signatures.storage.petitions import Petitions
from services.signatures.use_cases.close import close_petition
from shared.reference.pages import FOLDER
from shared.service import Service, assemble
from shared.settings import CoreSettings
from shared.web.app import create_app
from tests.architecture.code import assemblies
from tests.fixtures.services import empty
from tests.unit.events.gatherings import AFTER, BEFORE, rally
from tests.unit.signatures.made import petition

load_all_checks()
NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
)
ASKED: Any = [CHECKS.get_one(name) for name in NAMES]
# How many requests are made up for each operation, beside those at the limits of each field.
BOUNDED = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# Of addresses in these forms, so that what is made up is taken as often as it is refused.
WRITTEN = {
    "email": st.integers(0, 999).map("person{}@example.org".format),
    "phone": st.integers(100, 199).map("416 555 0{}".format),
    "name": st.sampled_from(["Amrit Kaur", "李小龍", "O’Neill-Núñez", "X"]),
    "postal-code": st.sampled_from(["M5V 2T6", "m6h1a1", "J9P-1A1"]),
}
for form, addresses in WRITTEN.items():
    schemathesis.openapi.format(form, addresses)
SLUGS = {"signatures": ["fix-pgwp", "closed-one"], "events": ["rally-toronto", "full", "off"]}


class Later:
    """Stands for an app that is made when its tests begin, as what is tried has to be known before.

    Remembers the statuses that it answered.
    """

    def __init__(self) -> None:
        self.app: Any = None
        self.answered: set[str] = set()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        def start(status: str, *more: Any) -> Any:
            self.answered.add(status[:3])
            return start_response(status, *more)

        return self.app(environ, start)


def _strict(document: dict[str, Any], slugs: list[str]) -> dict[str, Any]:
    """The document without what stands for any status, and with addresses and names that are taken by most."""
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation["responses"].pop("default")
        for parameter in path.get("parameters", []):
            parameter["schema"] = {"enum": [*slugs, "nothing-here"]}
    for schema in document["components"]["schemas"].values():
        schema["properties"].get("name", {})["format"] = "name"
    return document


def _fill_signatures(transaction: Any) -> None:
    petitions = Petitions(transaction)
    for slug in ("fix-pgwp", "closed-one"):
        petitions.add(petition(slug=slug), "organizer-1", BEFORE)
    close_petition("closed-one", ClosingReason.ENDED, petitions, AFTER)


def _fill_events(transaction: Any) -> None:
    gatherings = Gatherings(transaction)
    for made in (rally(), rally(slug="full", capacity=1), rally(slug="off", state=State.CANCELLED)):
        gatherings.add(made, "organizer-1")


FILL = {"signatures": _fill_signatures, "events": _fill_events}


APPS = {name: Later() for name in FILL}


DOCUMENTS = {name: json.loads((FOLDER / f"openapi-{name}.json").read_text()) for name in FILL}


def whatever_is_sent_to(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Have schemathesis try the operations of one service."""
    schema: Any = schemathesis.openapi.from_dict(_strict(deepcopy(DOCUMENTS[name]), SLUGS[name]))
    schema.app = APPS[name]
    tried: Callable[[Callable[..., None]], Callable[..., None]] = schema.parametrize()
    return tried


@pytest.fixture(scope="module", autouse=True)
def running(core_settings: CoreSettings, migrated: Callable[[str], Service]) -> Iterator[None]:
    """Each service's app on an emptied database, with something in it."""
    opened = []
    for name, fill in FILL.items():
        service = migrated(name)
        backbone, assembly = assemble(service, core_settings)
        opened.append(backbone.database)
        with backbone.database.transaction() as transaction:
            empty(transaction)
            fill(transaction)
        APPS[name].app = create_app([(service, backbone, assembly)], core_settings)
    yield
    for database in opened:
        database.close()


@whatever_is_sent_to("signatures")
@BOUNDED
def test_the_api_of_signatures_does_what_it_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=ASKED)


@whatever_is_sent_to("events")
@BOUNDED
def test_the_api_of_events_does_what_it_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=ASKED)


@pytest.mark.parametrize("name", FILL)
def test_every_status_that_is_documented_was_answered(name: str) -> None:
    """Or nothing was said above of those that were not. What is too large or too much is tried elsewhere."""
    paths = DOCUMENTS[name]["paths"].values()
    operations = [operation for path in paths for method, operation in path.items() if method != "parameters"]

    documented = {status for operation in operations for status in operation["responses"]}

    assert documented - {"default", "413", "503"} <= APPS[name].answered


def test_there_is_no_api_that_is_not_tried_here() -> None:
    assert {name for name, assembly in assemblies().items() if assembly.api} == FILL.keys()
