"""What words mean, as vectors: static word embeddings that come inside a package, read once, without network."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

WIDTH = 256
_PACKAGE = "wordllama"

Vectors = npt.NDArray[np.float32]

_held: list[Any] = []
_loading = threading.Lock()


def embed(texts: Sequence[str]) -> Vectors:
    """A row of length one for each text, `WIDTH` wide; all zeros for a text without a known word."""
    if not texts:
        return np.zeros((0, WIDTH), dtype=np.float32)
    found: Vectors = np.asarray(_model().embed(list(texts), norm=False), dtype=np.float32)
    found = np.nan_to_num(found)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return (found / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def loaded() -> bool:
    """Whether meanings can be compared at once."""
    return bool(_held)


def load() -> None:
    """Read the embeddings, which takes half a second, unless they are held; safe in any thread."""
    with _loading:
        if not _held:
            _held.append(_read())


def _model() -> Any:
    load()
    return _held[0]


def _read() -> Any:
    """The package sets up the log of the whole process when it is imported; that is taken back."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    spec = importlib.util.find_spec(_PACKAGE)
    folder = Path(str(spec.origin)).parent if spec is not None else Path()
    try:
        return importlib.import_module(_PACKAGE).WordLlama.load(cache_dir=folder)
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers
