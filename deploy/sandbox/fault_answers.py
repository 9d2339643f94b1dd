"""Faults on requests: what an endpoint answers, or does not, while one strikes. The same for every vendor."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from deploy.sandbox.faults import Faults

SLOW_SECONDS = 5.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# What a vendor answers to a kind of fault: 429, 500, 503 or rate_limited.
Refuse = Callable[[str], web.Response]


async def with_faults(
    faults: Faults, endpoint: str, request: web.Request, handler: Handler, refuse: Refuse
) -> web.StreamResponse:
    """Answer a request, unless a fault has it refused, slow, or done but never answered."""
    fault = faults.strike(endpoint) if faults.active else None
    if fault is None:
        return await handler(request)
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds or SLOW_SECONDS)
        return await handler(request)
    if fault.kind == "accepted_but_timed_out":
        answer = await handler(request)
        await asyncio.sleep(fault.seconds)
        if request.transport is not None:
            request.transport.abort()
        return answer
    return refuse(fault.kind)
