"""What a warehouse holds: a light scan, schemas on demand, search.

Owns reading a warehouse's metadata and keeping its names as pointers. It never reads a row and never keeps columns.
Start with `catalog.py`.
"""

from dashbridge.catalog.catalog import Catalog, Scan
from dashbridge.catalog.meaning import WIDTH, Vectors, embed
from dashbridge.catalog.search import Match, search_catalog

__all__ = ["WIDTH", "Catalog", "Match", "Scan", "Vectors", "embed", "search_catalog"]
