"""What is logged: one JSON object a line, by request and trace, without secrets, rows or SQL."""

from __future__ import annotations

import io
import logging
import sys

import orjson
import pytest

from dashbridge.kit import Invalid, Unavailable
from dashbridge.telemetry.logs import JsonLines, TextLines, _noted
from dashbridge.telemetry.redact import redacted
from dashbridge.telemetry.trace import Trace, current_request, current_trace, read_trace

TRACE = Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")


def logged(formatter: logging.Formatter, message: str, *, error: BaseException | None = None, **facts: object) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(_noted)
    logger = logging.Logger("dashbridge.test")
    logger.addHandler(handler)
    info = None if error is None else (type(error), error, error.__traceback__)
    logger.error(message, exc_info=info, extra={"facts": facts} if facts else None)
    return stream.getvalue()


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except BaseException as caught:  # noqa: BLE001
        return caught


def test_a_line_is_json_and_belongs_to_its_request_and_trace() -> None:
    current_request.set("request-1")
    current_trace.set(TRACE)
    line = orjson.loads(logged(JsonLines("my-project"), "two\nlines", port=8080))
    assert line["message"] == "two\nlines"
    assert (line["severity"], line["port"], line["request_id"]) == ("ERROR", 8080, "request-1")
    assert line["logging.googleapis.com/trace"] == f"projects/my-project/traces/{TRACE.trace_id}"
    assert line["logging.googleapis.com/spanId"] == TRACE.span_id
    assert line["logging.googleapis.com/trace_sampled"] is True
    without = orjson.loads(logged(JsonLines(), "x"))
    assert without["trace_id"] == TRACE.trace_id
    assert not [name for name in without if name.startswith("logging.")]


@pytest.mark.parametrize("formatter", [JsonLines(), TextLines()])
def test_a_stack_is_told_without_the_words_of_libraries(formatter: logging.Formatter) -> None:
    inner = raised(ValueError("could not convert 'CANARY-ROW' in SELECT canary_column FROM t"))
    text = logged(formatter, "it failed", error=raised(RuntimeError("CANARY-OUTER"), inner))
    assert "CANARY" not in text
    assert "canary_column" not in text
    assert "ValueError" in text
    assert "RuntimeError" in text
    assert "test_logs.py" in text
    assert text.count("\n") == 1 or isinstance(formatter, TextLines)


def test_notes_groups_and_long_chains_are_covered() -> None:
    noted = raised(ValueError("x"))
    noted.add_note("CANARY-NOTE")
    group = raised(ExceptionGroup("CANARY-GROUP", [KeyError("CANARY-KEY"), OSError("CANARY-OS")]), noted)
    deep: BaseException = group
    for number in range(30):
        deep = raised(RuntimeError(f"CANARY-{number}"), deep)
    assert "CANARY" not in logged(JsonLines(), "x", error=deep)
    syntax = raised(SyntaxError("CANARY-WORD", ("<sql>", 1, 1, "SELECT CANARY FROM t")))
    assert "CANARY" not in logged(JsonLines(), "x", error=syntax)


def test_our_own_words_are_told_and_debug_tells_all() -> None:
    ours = raised(Unavailable("The database does not answer"), ValueError("CANARY"))
    assert "The database does not answer" in logged(JsonLines(), "x", error=ours)
    assert "CANARY" not in logged(JsonLines(), "x", error=raised(Invalid("fine")))
    assert "CANARY" in logged(JsonLines(texts=True), "x", error=ours)


@pytest.mark.parametrize(
    "secret",
    [
        "dbk_" + "S" * 43,
        "postgresql+psycopg://app:S3CRETS3CRET@db:5432/x",
        "Authorization: Bearer S3CRETS3CRET.S3CRET",
        "sk-ant-S3CRETS3CRET",
        '{"api_key": "S3CRETS3CRET"}',
        "password=S3CRETS3CRET dbname=x",
        "-----BEGIN PRIVATE KEY-----\nS3CRETS3CRET\n-----END PRIVATE KEY-----",
        "ya29.S3CRETS3CRET",
        "http://127.0.0.1:8000/#sign-in=dbi_" + "S3CRET" * 7 + "x",
    ],
)
def test_secrets_are_blotted_out(secret: str) -> None:
    for text in (redacted(f"see {secret} here"), logged(JsonLines(), f"see {secret} here", said=secret)):
        assert "S3CRET" not in text
        assert "SSSSS" not in text
        assert "see" in text


def test_ordinary_text_stays() -> None:
    text = "The token budget of turn 3 is 400,000; see https://example.org/a:b and basic facts"
    assert redacted(text) == text


def test_the_traces_of_callers_are_read_and_bad_ones_are_not() -> None:
    assert read_trace(f"00-{TRACE.trace_id}-{TRACE.span_id}-01") == TRACE
    assert read_trace(f"00-{TRACE.trace_id}-{TRACE.span_id}-00") == Trace(TRACE.trace_id, TRACE.span_id, sampled=False)
    assert read_trace(f"cc-{TRACE.trace_id}-{TRACE.span_id}-01-what-comes") == TRACE
    assert read_trace(None, f"{TRACE.trace_id}/1;o=1") == Trace(TRACE.trace_id, f"{1:016x}")
    bad = ["", "00", f"ff-{TRACE.trace_id}-{TRACE.span_id}-01", f"00-{'0' * 32}-{TRACE.span_id}-01", "x" * 5000]
    bad += [f"00-{TRACE.trace_id.upper()}-{TRACE.span_id}-01", f"00-{TRACE.trace_id}-{'0' * 16}-01", "00-\n-\n-01"]
    assert [read_trace(text) for text in bad] == [None] * len(bad)
    cloud = [f"{TRACE.trace_id}/0", f"{TRACE.trace_id}/{2**64}", f"{'0' * 32}/1", "x/y"]
    assert [read_trace(None, text) for text in cloud] == [None] * len(cloud)


def test_an_argument_that_does_not_fit_its_line_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    line = orjson.loads(logged(JsonLines(), "odd \ud800 text", fact={1: object()}))
    assert line["severity"] == "ERROR"
    assert "Traceback" not in capsys.readouterr().err
    assert sys.stderr is not None
