"""Which script answers this turn: a new dashboard, an edit of the open one, or an answer to our own question."""

from __future__ import annotations

from dashbridge.planner.build import build_dashboard
from dashbridge.planner.script import Script
from dashbridge.planner.transcript import Transcript


def choose_script(transcript: Transcript) -> Script:
    """The script for the present turn."""
    return build_dashboard(transcript, transcript.present.text)
