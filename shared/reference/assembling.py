"""Every service put together as it would be to run, with made-up settings and nothing behind it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from shared.service import Assembly, Service, assemble
from shared.settings import PREFIX, CoreSettings, stand_ins


def assembled(services: Mapping[str, Service]) -> dict[str, Assembly]:
    """Every service put together from the environment, in the order of their names."""
    return {name: assemble(services[name])[1] for name in sorted(services)}


@contextmanager
def made_up_settings(services: Mapping[str, Service]) -> Iterator[None]:
    """An environment in which every service can be put together, whatever is set here."""
    before = dict(os.environ)
    kept = {name: value for name, value in before.items() if not name.startswith(PREFIX)}
    declarations = [CoreSettings, *(service.settings for service in services.values() if service.settings)]
    try:
        _set(kept | {name: value for one in declarations for name, value in stand_ins(one).items()})
        yield
    finally:
        _set(before)


def _set(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
