"""The shapes of what the API answers, for its description and the page's types; answers are not passed through them.

Start with `described.py`; a test holds every answer of every route against its shape.
"""
