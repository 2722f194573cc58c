"""Real data to try Dashbridge on, and the demo dashboard over it.

Owns turning a data package into a DuckDB file, whole or not at all; types and comments are data under `packs/`. Never
opens a warehouse or the directory, never fetches anything. Start with `flights.py`.
"""

from dashbridge.samples.csv_database import load_csv_database
from dashbridge.samples.flights import FLIGHTS_DASHBOARD, ensure_flights, flights_dashboard, load_flights

__all__ = ["FLIGHTS_DASHBOARD", "ensure_flights", "flights_dashboard", "load_csv_database", "load_flights"]
