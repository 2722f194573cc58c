"""What a warehouse holds: a light scan, schemas on demand, search.

Owns reading a warehouse's metadata and keeping its names as pointers, with an index of what they mean. It never reads a
row. Start with `catalog.py`, then `index.py`.
"""

from dashbridge.catalog.catalog import Catalog, Scan
from dashbridge.catalog.index import CatalogIndex
from dashbridge.catalog.meaning import WIDTH, Vectors, embed, load, loaded
from dashbridge.catalog.search import Match, search_catalog
from dashbridge.catalog.synonyms import SYNONYMS

__all__ = [
    "SYNONYMS",
    "WIDTH",
    "Catalog",
    "CatalogIndex",
    "Match",
    "Scan",
    "Vectors",
    "embed",
    "load",
    "loaded",
    "search_catalog",
]
