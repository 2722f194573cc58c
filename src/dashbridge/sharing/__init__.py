"""Who may: the actor, what each role may do, the one `require`, and how a credential becomes an actor.

It never reads HTTP headers or cookies (that is `api`) and stores no secret, only hashes.
Start with `policy.py`; `access.py` is the way in.
"""

from dashbridge.sharing.access import (
    SESSION_LASTS,
    IssuedKey,
    admit_api_key,
    authenticate,
    issue_api_key,
    issue_sign_in,
    redeem_sign_in,
    sign_in_with,
    sign_out,
)
from dashbridge.sharing.known import Knower, Known
from dashbridge.sharing.policy import Action, Actor, Role, may, require

__all__ = [
    "SESSION_LASTS",
    "Action",
    "Actor",
    "IssuedKey",
    "Knower",
    "Known",
    "Role",
    "admit_api_key",
    "authenticate",
    "issue_api_key",
    "issue_sign_in",
    "may",
    "redeem_sign_in",
    "require",
    "sign_in_with",
    "sign_out",
]
