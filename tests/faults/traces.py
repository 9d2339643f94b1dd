"""Where a signature leaves traces: the databases, Kafka, and the telephones and inboxes of the sandbox."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import requests
from kafka import KafkaConsumer, TopicPartition

from deploy.rehearsal.people import PREFIX, SYLLABLES, SYLLABLES_IN_A_SURNAME
from shared.bus import connections
from shared.domain_events.envelope import topic_of
from shared.domain_events.signatures import SignatureAdded
from shared.settings import CoreSettings

TOPIC = topic_of(SignatureAdded.poster)
PAGE = 1000
TIMEOUT_SECONDS = 60
_SURNAME = re.compile(f"{PREFIX}(?:{'|'.join(SYLLABLES)}){{{SYLLABLES_IN_A_SURNAME}}}")
Record = dict[str, Any]


class Published:
    """What is published of one petition's signatures from now on: each record, however often it comes."""

    def __init__(self, settings: CoreSettings, petition: str) -> None:
        self._petition = petition
        self._reader = connections.reader(settings)
        partitions = [TopicPartition(TOPIC, number) for number in self._reader.partitions_for_topic(TOPIC)]
        self._reader.assign(partitions)
        self._reader.seek_to_end()
        # Looked up now, and not at the first poll, which may come after the first of them.
        self._positions = {partition: self._reader.position(partition) for partition in partitions}
        self._records: Counter[tuple[str, str]] = Counter()

    def signatures(self) -> Counter[str]:
        """How many different domain events there are of each signature."""
        return Counter(signature for _, signature in self._read())

    def twice(self) -> set[str]:
        """The ids of the domain events that were published more than once."""
        return {event for (event, _), number in self._read().items() if number > 1}

    def ids(self) -> set[str]:
        """The ids of the domain events."""
        return {event for event, _ in self._read()}

    def close(self) -> None:
        """Let the broker go."""
        self._reader.close()

    def _read(self) -> Counter[tuple[str, str]]:
        for record in everything_new(self._reader):
            headers, fields = dict(record.headers), _fields(record.value)
            if headers.get("ce_type") == SignatureAdded.type.encode() and fields.get("petition") == self._petition:
                self._records[headers["ce_id"].decode(), fields["signature_id"]] += 1
        return self._records


def everything_new(reader: KafkaConsumer) -> Iterator[Any]:
    """What has come since the last time."""
    while found := reader.poll(timeout_ms=200, max_records=5000):
        for records in found.values():
            yield from records


def _fields(value: bytes) -> Record:
    """A domain event's fields; none where somebody has put there what is no domain event."""
    try:
        fields = json.loads(value)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


class Arrived:
    """What arrived in the sandbox from now on."""

    def __init__(self, url: str) -> None:
        self._api = f"{url}/sandbox/api"
        self._session = requests.Session()
        self._next = {what: self._page(what, since=0, limit=0)["next"] for what in ("texts", "emails")}
        self._kept: dict[str, list[Record]] = {"texts": [], "emails": []}

    def texts(self) -> Counter[str]:
        """How many texts of ours there are to each telephone."""
        return Counter(text["to"] for text in self._all("texts") if text["direction"].startswith("outbound"))

    def thanks(self) -> Counter[str]:
        """How many e-mails there are to each inbox, letters left out."""
        return Counter(email["to"] for email in self._all("emails") if "letter" not in email["categories"])

    def letters(self) -> Counter[tuple[str, str]]:
        """How many letters there are to each target from each signer, by surname."""
        letters = (email for email in self._all("emails") if "letter" in email["categories"])
        return Counter((letter["to"], _signer(letter["text"])) for letter in letters)

    def listed_by_twilio(self, settings: Mapping[str, str]) -> Counter[str]:
        """How many texts of ours Twilio itself lists for each telephone, since its list began."""
        account, token = (settings[f"GROUNDSWELL_TWILIO_{name}"] for name in ("ACCOUNT_SID", "AUTH_TOKEN"))
        server, page = (
            settings["GROUNDSWELL_TWILIO_URL"],
            f"/2010-04-01/Accounts/{account}/Messages.json?PageSize={PAGE}",
        )
        listed: Counter[str] = Counter()
        while page:
            answer = self._session.get(server + page, auth=(account, token), timeout=TIMEOUT_SECONDS).json()
            listed.update(one["to"] for one in answer["messages"] if one["direction"] == "outbound-api")
            page = answer["next_page_uri"]
        return listed

    def _all(self, what: str) -> list[Record]:
        while True:
            page = self._page(what, since=self._next[what], limit=PAGE)
            self._kept[what] += page[what]
            self._next[what] = page["next"]
            if len(page[what]) < PAGE:
                return self._kept[what]

    def _page(self, what: str, since: int, limit: int) -> Record:
        asked = {"since": str(since), "limit": str(limit), "whole": "true"}
        answer = self._session.get(f"{self._api}/{what}", params=asked, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        page: Record = answer.json()
        return page


def _signer(letter: str) -> str:
    found = _SURNAME.search(letter)
    return found[0] if found else "nobody"
