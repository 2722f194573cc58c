"""What every room may use: the error tree, ids and slugs, JSON, the clock. Imports nothing of ours and does no I/O.

Every addition needs two users. Start with `errors.py`.
"""

from dashbridge.kit.amounts import at_most, bytes_words, money_bound, money_words
from dashbridge.kit.errors import (
    Conflict,
    DashbridgeError,
    Forbidden,
    Invalid,
    NotFound,
    Place,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
    TimedOut,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from dashbridge.kit.ids import is_slug, new_id, sha256_hex, slugify
from dashbridge.kit.names import TableName
from dashbridge.kit.resources import resource_folder

__all__ = [
    "Conflict",
    "DashbridgeError",
    "Forbidden",
    "Invalid",
    "NotFound",
    "Place",
    "PreconditionFailed",
    "PreconditionRequired",
    "Problem",
    "TableName",
    "TimedOut",
    "TooLarge",
    "Unauthenticated",
    "Unavailable",
    "at_most",
    "bytes_words",
    "is_slug",
    "money_bound",
    "money_words",
    "new_id",
    "resource_folder",
    "sha256_hex",
    "slugify",
]
