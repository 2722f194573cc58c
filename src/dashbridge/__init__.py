"""Dashbridge: ask in a chat, get a validated dashboard file. Start reading at `docs/map.md`."""
