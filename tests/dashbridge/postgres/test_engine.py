from __future__ import annotations


async def test_check_names_the_schema_revision(directory):
    assert await directory.database.check() == "0004"
