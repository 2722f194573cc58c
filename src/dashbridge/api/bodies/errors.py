"""What goes wrong, as a problem document (RFC 9457) or inside a good answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from dashbridge.api.bodies.closed import NOT_ALWAYS, Closed, Whole


class Finding(Closed):
    """One thing that is wrong or worth saying: where (a path in the file, its line and column), and what to do."""

    code: str
    message: str
    path: str = NOT_ALWAYS
    line: Whole = NOT_ALWAYS
    column: Whole = NOT_ALWAYS
    hint: str = NOT_ALWAYS


class ProblemDocument(Closed):
    """Why there is no answer; further members are of the error's own."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    code: str
    detail: str
    hint: str = NOT_ALWAYS
    errors: list[Finding] = NOT_ALWAYS
