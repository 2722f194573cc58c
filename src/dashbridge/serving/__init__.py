"""Answers: the data of a dashboard, computed once and reused.

Owns the in-process caches, single flight, and the flat JSON, Arrow and CSV forms of an answer. It never decides who may
ask, never parses SQL, and reaches a warehouse only through the gate. Start with `answer.py`.
"""

from dashbridge.serving.answer import Answers, Asked, ServingLimits, single_insight
from dashbridge.serving.data_answer import DataAnswer, InsightAnswer
from dashbridge.serving.table_files import arrow_bytes, csv_bytes

__all__ = [
    "Answers",
    "Asked",
    "DataAnswer",
    "InsightAnswer",
    "ServingLimits",
    "arrow_bytes",
    "csv_bytes",
    "single_insight",
]
