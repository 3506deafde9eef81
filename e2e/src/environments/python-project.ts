import type { Files } from "../support/repositories.ts";

/** A Python project with a migration, and tests that need its PostgreSQL and Redis. */
export const pythonProject: Files = {
  ".gitignore": "__pycache__/\n.pytest_cache/\n",
  "shop/__init__.py": "",
  "shop/settings.py": `import os

DATABASE = os.environ.get("SHOP_DATABASE", "host=127.0.0.1 dbname=shop user=shop password=shop")
`,
  "shop/migrate.py": `import psycopg

from shop.settings import DATABASE

with psycopg.connect(DATABASE) as connection:
    connection.execute("create table products (id serial primary key, name text not null unique)")
    connection.execute("insert into products (name) select 'product ' || n from generate_series(1, 500) n")
`,
  "shop/catalog.py": `import psycopg
import redis

from shop.settings import DATABASE


def count(cache: redis.Redis) -> int:
    known = cache.get("count")
    if known is not None:
        return int(known)
    with psycopg.connect(DATABASE) as connection:
        (counted,) = connection.execute("select count(*) from products").fetchone()
    cache.set("count", counted)
    return counted


def add(name: str, cache: redis.Redis) -> None:
    with psycopg.connect(DATABASE) as connection:
        connection.execute("insert into products (name) values (%s)", (name,))
    cache.delete("count")
`,
  "tests/test_catalog.py": `import psycopg
import pytest
import redis

from shop import catalog


@pytest.fixture
def cache():
    with redis.Redis(host="127.0.0.1", port=6379) as client:
        yield client


def test_counts_migrated_products(cache):
    assert catalog.count(cache) == 500
    assert cache.get("count") == b"500"


def test_adds_a_product(cache):
    catalog.add("new", cache)
    assert catalog.count(cache) == 501


def test_rejects_a_known_product(cache):
    with pytest.raises(psycopg.errors.UniqueViolation):
        catalog.add("product 1", cache)
`,
};
