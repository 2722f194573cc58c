"""What has to be done though nobody asks: turns whose server died are closed, and what was spent reaches the ledger.

Owns the round of the worker; every step is one that a request would do too, sooner or later. Start with `rounds.py`.
"""

from dashbridge.upkeep.rounds import Round, Rounds

__all__ = ["Round", "Rounds"]
