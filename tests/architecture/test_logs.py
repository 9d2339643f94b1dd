"""Nothing personal is in clear in a log line: what may be in one is listed here, and redacted all the same."""

import ast
from pathlib import Path

import pytest

from shared.privacy.redaction import PERSONAL_WORDS
from tests.architecture.code import called, calls_in, modules, name, tree

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
# Every field that a log line may have, beside those that each line has. A new one is added here on purpose, and looked
# at by a second person: ids, numbers and words of our own, never what somebody wrote or is called.
FIELDS = {
    # who of us, and which part
    *("service", "services", "part", "parts", "failed_part", "loop", "pid", "route", "method", "endpoint"),
    # ids
    *("call_id", "delivery_id", "broadcast_id", "event_id", "job_id", "provider_id", "petition", "organizer"),
    *("trace_ids", "partition", "offset"),
    # numbers
    *("status", "milliseconds", "texts", "mails", "signatures", "representatives", "changed", "count", "together"),
    *("differing", "total", "expected", "tries", "events", "due"),
    # what happened, in words of ours, of a vendor or of a library; they go through redaction as any other
    *("event_type", "type", "kind", "reason", "error", "exc_info", "final", "wanted", "well"),
}
# What may stand inside a sentence: the name of a channel.
IN_A_SENTENCE = {"channel"}
OUR_CODE = pytest.mark.parametrize("package", ["shared", "services"])


def lines_of(path: Path) -> list[ast.Call]:
    """Where a module logs through `logger`."""
    return [
        call
        for call in calls_in(tree(path))
        if called(call) in LEVELS and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "log"
    ]


def fields_of(call: ast.Call, module: ast.Module) -> set[str]:
    """The names of a line's fields; of `**about` those of the dictionary of that name."""
    named = {one.arg for one in call.keywords if one.arg}
    spread = {ast.unparse(one.value) for one in call.keywords if one.arg is None}
    return named | {key for of in spread for key in keys_of(of, module)}


def keys_of(dictionary: str, module: ast.Module) -> set[str]:
    """The keys of a dictionary that is written out under a name; the name itself where it is not, which no line has."""
    written = [
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [dictionary]
    ]
    keys = [key for value in written for key in (value.keys if isinstance(value, ast.Dict) else [None])]
    return {str(key.value) if isinstance(key, ast.Constant) else f"**{dictionary}" for key in keys or [None]}


def is_our_own(sentence: ast.expr) -> bool:
    """Whether a line's sentence is written in the code, whole, or with a word of ours in it."""
    if isinstance(sentence, ast.JoinedStr):
        inside = [one for one in sentence.values if isinstance(one, ast.FormattedValue)]
        return {ast.unparse(one.value) for one in inside} <= IN_A_SENTENCE
    return isinstance(sentence, ast.Constant)


def test_the_code_logs() -> None:
    """Or what follows would look at nothing."""
    assert len([call for path in modules() for call in lines_of(path)]) > 30


@OUR_CODE
def test_every_log_line_says_one_sentence_of_ours(package: str) -> None:
    odd = [
        f"{name(path)}:{call.lineno}"
        for path in modules(package)
        for call in lines_of(path)
        if len(call.args) != 1 or not is_our_own(call.args[0])
    ]

    assert odd == []


@OUR_CODE
def test_every_field_of_a_log_line_is_one_that_was_looked_at(package: str) -> None:
    unknown = {
        f"{name(path)}:{call.lineno} {field}"
        for path in modules(package)
        for call in lines_of(path)
        for field in fields_of(call, tree(path)) - FIELDS
    }

    assert unknown == set()


def test_no_field_that_may_be_logged_is_named_like_something_personal() -> None:
    """What it holds would be dropped from every line, a number too."""
    personal = {field for field in FIELDS if PERSONAL_WORDS & set(field.split("_"))}

    assert personal == set()


@OUR_CODE
def test_there_is_one_way_to_log(package: str) -> None:
    """Whatever went another way would not be redacted before it is a line."""
    others = {"get_logger", "getLogger", "PrintLogger", "basicConfig"}
    going_another_way = {
        name(path) for path in modules(package) for call in calls_in(tree(path)) if called(call) in others
    }

    # The second hands its logger to Twilio's own client, below whose level it stays.
    assert going_another_way <= {"shared/observability/logging.py", "shared/reaching/twilio_transport.py"}
