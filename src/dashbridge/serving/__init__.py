"""Answers: the data of a dashboard, computed once and reused.

Owns the in-process caches, single flight, and the flat JSON, Arrow and CSV forms of an answer. It never decides who may
ask, never parses SQL, and reaches a warehouse only through the gate. Start with `answer.py` (what may be asked), then
`way.py` (shared rows, a pre-query or the whole), `compute.py`, `pre_answer.py` (what browsers get), `build.py`,
`bills.py` (a visit is paid for as a whole before any of it runs), `warming.py` (what is computed ahead of readers).
"""

from dashbridge.serving.answer import Answers
from dashbridge.serving.bills import DashboardPrice
from dashbridge.serving.build import BuildStep
from dashbridge.serving.data_answer import DataAnswer, error_body
from dashbridge.serving.insight_answer import InsightAnswer
from dashbridge.serving.manifest import Manifest
from dashbridge.serving.pre_answer import PreAnswer
from dashbridge.serving.second_level import SecondLevel, SharedLimits
from dashbridge.serving.table_files import arrow_bytes, arrow_pieces, csv_bytes, csv_pieces
from dashbridge.serving.visit import Asked, Part, ServingLimits, find_part, parts_of, single_insight
from dashbridge.serving.warm_state import WarmState
from dashbridge.serving.warming import Warming, WarmOnSave

__all__ = [
    "Answers",
    "Asked",
    "BuildStep",
    "DashboardPrice",
    "DataAnswer",
    "InsightAnswer",
    "Manifest",
    "Part",
    "PreAnswer",
    "SecondLevel",
    "ServingLimits",
    "SharedLimits",
    "WarmOnSave",
    "WarmState",
    "Warming",
    "arrow_bytes",
    "arrow_pieces",
    "csv_bytes",
    "csv_pieces",
    "error_body",
    "find_part",
    "parts_of",
    "single_insight",
]
