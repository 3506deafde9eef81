import assert from "node:assert/strict";
import { test } from "node:test";
import { type Manifest, parseManifest, requireRestorable } from "./manifest.ts";

const manifest: Manifest = {
  format: 1,
  createdAt: "2026-01-01T00:00:00.000Z",
  newestMigration: "0002-more.sql",
  postgres: "18",
  members: {},
};
const known = { migrations: ["0001-initial.sql", "0002-more.sql"], postgres: "18" };

test("parses its own manifests, and rejects any other text", () => {
  assert.deepEqual(parseManifest(JSON.stringify(manifest)), manifest);
  for (const text of ["", "{}", "[]", "null", '{"format":3,"members":{}}'])
    assert.throws(() => parseManifest(text), /not a backup/, text);
});

test("rejects a newer schema, and PostgreSQL's files of another version", () => {
  requireRestorable(manifest, known);
  requireRestorable({ ...manifest, postgres: null, newestMigration: null }, { ...known, postgres: null });
  assert.throws(
    () => requireRestorable({ ...manifest, newestMigration: "0003-newer.sql" }, known),
    /newer version of Tembo \(its database has 0003-newer\.sql\)/,
  );
  assert.throws(
    () => requireRestorable({ ...manifest, postgres: "17" }, known),
    /PostgreSQL 17.*PostgreSQL 18/,
  );
});
