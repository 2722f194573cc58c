"""In front of the application: data answers that were given before, given again without any I/O.

It answers `GET` and `HEAD /v1/dashboards/{slug}/data` alone, and only what it knows exactly: who knocks
(`sharing.Known`), that nothing an answer is made of has changed since (`postgres.Changes`), and that it is still fresh.
Everything else goes to the application, whose answers it keeps where the route says that it may (`keep`). Never decides
who may: it repeats what was answered to the same team and role. Start with `door.py`; `doorstep.py` is the same for a
server that lets it answer while it reads.
"""

from dashbridge.api.front.capture import Capture
from dashbridge.api.front.codings import MIN_CODED_BYTES, OneCoding
from dashbridge.api.front.door import Front
from dashbridge.api.front.mark import Keepable, keep

__all__ = ["MIN_CODED_BYTES", "Capture", "Front", "Keepable", "OneCoding", "keep"]
