"""Inputs of a dashboard on the command line: `--input NAME=VALUE`."""

from __future__ import annotations

import click

inputs_option = click.option(
    "--input", "inputs", multiple=True, metavar="NAME=VALUE", help="Set an input; repeat for several values."
)


def input_pairs(inputs: tuple[str, ...]) -> list[tuple[str, str | int | float | bool | None]]:
    """The pairs of a query string, `input.NAME` and VALUE. Raises UsageError for what is not NAME=VALUE."""
    pairs: list[tuple[str, str | int | float | bool | None]] = []
    for given in inputs:
        name, equals, value = given.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--input takes NAME=VALUE, not {given!r}")
        pairs.append((f"input.{name}", value))
    return pairs
