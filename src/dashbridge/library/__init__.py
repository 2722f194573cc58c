"""Saved dashboards: check, save, open, revisions.

Owns the save protocol (object first, pointer second) and the checks a file passes before it is saved. It never runs a
dashboard's queries for their rows and never speaks HTTP. Start with `library.py`, then `check.py`.
"""

from dashbridge.library.check import CheckedDashboard, check_dashboard
from dashbridge.library.check_alone import check_alone
from dashbridge.library.library import Library, Opened, Saved, Unsaved

__all__ = ["CheckedDashboard", "Library", "Opened", "Saved", "Unsaved", "check_alone", "check_dashboard"]
