"""What words mean, as vectors: static word embeddings that come inside a package, read once, without network."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

WIDTH = 256
_PACKAGE = "wordllama"

Vectors = npt.NDArray[np.float32]


def embed(texts: Sequence[str]) -> Vectors:
    """A row of length one for each text, `WIDTH` wide; all zeros for a text without a known word."""
    if not texts:
        return np.zeros((0, WIDTH), dtype=np.float32)
    found: Vectors = np.asarray(_model().embed(list(texts), norm=False), dtype=np.float32)
    found = np.nan_to_num(found)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return (found / np.where(lengths > 0, lengths, 1)).astype(np.float32)


@lru_cache(maxsize=1)
def _model() -> Any:
    """The embeddings; importing them takes a second or two, so that only who compares meanings waits for it."""
    spec = importlib.util.find_spec(_PACKAGE)
    folder = Path(str(spec.origin)).parent if spec is not None else Path()
    return importlib.import_module(_PACKAGE).WordLlama.load(cache_dir=folder)
