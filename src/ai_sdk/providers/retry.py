"""When a failed request is sent again, and how long to wait before it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ai_sdk.errors import ProviderUnavailable
from ai_sdk.providers.base import StreamItem, TextDelta


class StreamCut(Exception):
    """The stream ended before the reply was whole."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure of a provider, in its own words or ours. `retry_after` is what the server asked for, in seconds."""

    code: str
    message: str
    hint: str
    retryable: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """At most `retries` more tries; waits double from `first_s` up to `most_s`, each shortened at random by up to half.

    A server's retry-after is obeyed up to `longest_after_s`; a longer one ends the request.
    """

    retries: int = 3
    first_s: float = 0.5
    most_s: float = 8.0
    longest_after_s: float = 20.0
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    random: Callable[[], float] = random.random

    def wait_s(self, fault: Fault, tried: int) -> float | None:
        """Seconds to wait before the next try; None when there is none. `tried` counts the tries so far, from 1."""
        if not fault.retryable or tried > self.retries:
            return None
        if fault.retry_after is not None:
            return fault.retry_after if fault.retry_after <= self.longest_after_s else None
        return min(self.most_s, self.first_s * 2.0 ** (tried - 1)) * (1 - self.random() / 2)


async def with_retries(
    attempt: Callable[[], AsyncGenerator[StreamItem, None]],
    fault_of: Callable[[Exception], Fault | None],
    policy: RetryPolicy,
) -> AsyncGenerator[StreamItem, None]:
    """The items of the first attempt that works. Raises ProviderUnavailable when none does.

    Once text was passed on there is no second attempt: what was read cannot be taken back. An exception for which
    `fault_of` has no Fault is a bug and goes through.
    """
    tried = 0
    while True:
        tried += 1
        said = False
        try:
            async with aclosing(attempt()) as items:
                async for item in items:
                    said = said or isinstance(item, TextDelta)
                    yield item
            return
        except Exception as error:
            fault = fault_of(error)
            if fault is None:
                raise
            if said:
                raise _cut(fault) from error
            wait = policy.wait_s(fault, tried)
            if wait is None:
                raise ProviderUnavailable(fault.code, fault.message, _hint(fault)) from error
        await policy.sleep(wait)


def status_fault(who: str, status: int, said: str, retry_after: float | None) -> Fault:
    """The fault for an HTTP status and the server's own words (`said`, shortened here)."""
    words = f"{who}: {said.strip()[:300] or 'no reason given'}"
    if status == 429:
        hint = "The rate limit or the spending cap is met. Wait, or raise it with the provider."
        return Fault("rate_limited", words, hint, retry_after is not None, retry_after)
    if status in (401, 403):
        return Fault("provider_auth", words, "Check the API key and what it may use.")
    if status == 402:
        return Fault("provider_billing", words, "Check the account's credit with the provider.")
    if status == 404:
        return Fault("unknown_model", words, "Check the model's name and the endpoint's address.")
    if status == 413:
        return Fault("request_too_large", words, "Start a new session, or ask for less at once.")
    if status == 529:
        return Fault("overloaded", words, "The provider is overloaded. Try again in a minute.", True, retry_after)
    if status >= 500 or status in (408, 409):
        return Fault("provider_error", words, "The provider had a fault. Try again.", True, retry_after)
    return Fault("provider_refused", words, "The provider did not accept the request; see the server's log.")


def connection_fault(who: str, error: Exception) -> Fault:
    """The fault for a connection that could not be made or that broke."""
    detail = str(error.__cause__ or error).strip() or type(error).__name__
    hint = "Check the network and the endpoint's address, then try again."
    return Fault("provider_unreachable", f"{who}: {detail[:300]}", hint, retryable=True)


def cut_fault(who: str) -> Fault:
    """The fault for a stream that ended before its reply was whole."""
    return Fault("stream_cut", f"{who} ended its reply before it was whole.", "Send the message again.", retryable=True)


def read_retry_after(
    headers: Mapping[str, str], now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> float | None:
    """Seconds from `retry-after-ms` or `retry-after` (seconds or a date); None when absent or unreadable."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name)
        if text is None:
            continue
        try:
            seconds = float(text) * unit
        except ValueError:
            seconds = _until(text, now())
        if 0 <= seconds < float("inf"):
            return seconds
    return None


def _until(text: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return -1.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def _cut(fault: Fault) -> ProviderUnavailable:
    message = f"The reply broke off. {fault.message}"
    return ProviderUnavailable("stream_cut", message, "What arrived is kept. Send the message again to go on.")


def _hint(fault: Fault) -> str:
    if fault.retry_after is None:
        return fault.hint
    return f"{fault.hint} The provider asks to wait {fault.retry_after:.0f} s."
