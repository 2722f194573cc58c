"""Which model answers, and within which limits."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from decimal import Decimal
from typing import Protocol

from ai_sdk.limits import TurnLimits
from ai_sdk.prices import load_prices
from ai_sdk.providers import Provider
from dashbridge.chat import TurnSettings
from dashbridge.kit import Invalid
from dashbridge.planner import OfflinePlanner
from dashbridge.settings import Settings


def turn_settings(settings: Settings, stack: AsyncExitStack, provider: Callable[[], Provider] | None) -> TurnSettings:
    """The settings of every turn; `provider` replaces the model that the settings name. Raises Invalid."""
    limits = TurnLimits(
        steps=settings.turn_max_steps,
        tokens=settings.turn_max_tokens,
        usd=Decimal(str(settings.turn_max_usd)),
        seconds=settings.turn_max_seconds,
    )
    return TurnSettings(provider or _provider_factory(settings, stack), limits, load_prices())


def _provider_factory(settings: Settings, stack: AsyncExitStack) -> Callable[[], Provider]:
    vendor, _, model = settings.model.partition(":")
    if vendor == "offline" and not model:
        return OfflinePlanner
    if vendor not in ("anthropic", "openai") or not model:
        raise Invalid(f"DASHBRIDGE_MODEL is {settings.model!r}", hint="write offline, anthropic:MODEL or openai:MODEL")
    made: list[_Closes] = []

    def provider() -> Provider:
        if not made:
            made.append(_make_provider(vendor, model, settings))
        return made[0]

    async def close() -> None:
        for opened in made:
            await opened.close()

    stack.push_async_callback(close)
    return provider


class _Closes(Provider, Protocol):
    """A provider that holds connections."""

    async def close(self) -> None:
        """Let go of them."""


def _make_provider(vendor: str, model: str, settings: Settings) -> _Closes:
    if vendor == "anthropic":
        from ai_sdk.providers.anthropic import AnthropicProvider  # its SDK alone takes a second to import

        key = os.environ.get("ANTHROPIC_API_KEY", "")
        _need_key(key, "ANTHROPIC_API_KEY")
        return AnthropicProvider(model, api_key=key, base_url=settings.anthropic_base_url)
    from ai_sdk.providers.openai import OpenAIProvider

    key = os.environ.get("OPENAI_API_KEY", "") or ("none" if settings.openai_base_url else "")
    _need_key(key, "OPENAI_API_KEY")
    return OpenAIProvider(model, api_key=key, base_url=settings.openai_base_url)


def _need_key(key: str, name: str) -> None:
    if not key:
        raise Invalid(f"The model needs {name}", code="model_key_missing", hint=f"set {name}, or use the offline model")
