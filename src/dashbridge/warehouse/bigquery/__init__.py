"""BigQuery as a warehouse, through its official client.

Owns credentials made into clients, jobs (dry runs, runs, cancels), the light scan, and BigQuery's types as Arrow. The
client blocks, so that all of it runs in threads. Start with `adapter.py`, then `jobs.py`.
"""

from dashbridge.warehouse.bigquery.access import BigQueryAccess
from dashbridge.warehouse.bigquery.adapter import BigQueryWarehouse

__all__ = ["BigQueryAccess", "BigQueryWarehouse"]
