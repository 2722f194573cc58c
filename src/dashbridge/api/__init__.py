"""The HTTP door: routes, problem documents, event streams, the page.

Owns everything that speaks HTTP; decides nothing. Start with `routes/dashboards.py` or `routes/chat.py`.
"""
