import assert from "node:assert/strict";
import { test } from "node:test";
import { findBlobProblem, findWorkerDatabase } from "./check-shared-settings.ts";

const refused: readonly (readonly [databaseUrl: string | null, workerDatabaseUrl: string | null, RegExp])[] =
  [
    [null, null, /embedded PostgreSQL.*Set DATABASE_URL/],
    [null, "postgresql://db.example/tembo", /embedded PostgreSQL/],
    [
      "postgresql:///tembo?host=/run/postgresql",
      null,
      /Unix socket \/run\/postgresql.*TEMBO_WORKER_DATABASE_URL/,
    ],
    ["postgresql://%2Frun%2Fpostgresql/tembo", null, /Unix socket \/run\/postgresql/],
    ["postgresql:///tembo", null, /Unix socket/],
    ["postgresql://localhost/tembo", null, /leads to localhost.*TEMBO_WORKER_DATABASE_URL/],
    ["postgresql://u:p@127.0.0.1:5432/tembo", null, /leads to 127\.0\.0\.1/],
    ["postgresql://[::1]/tembo", null, /own machine/],
    ["postgresql://db.example/tembo", "postgresql:///tembo?host=/run/postgresql", /Unix socket/],
  ];

for (const [databaseUrl, workerDatabaseUrl, expected] of refused)
  test(`explains what to configure if workers cannot reach ${workerDatabaseUrl ?? databaseUrl}`, () => {
    const result = findWorkerDatabase({ databaseUrl, workerDatabaseUrl });
    assert.match("problem" in result ? result.problem : "", expected);
  });

test("gives workers the server's database URL, or the one that is set for them", () => {
  const databaseUrl = "postgresql://db.example/tembo";
  assert.deepEqual(findWorkerDatabase({ databaseUrl, workerDatabaseUrl: null }), { url: databaseUrl });
  const workerDatabaseUrl = "postgresql://127.0.0.1:6432/tembo";
  const local = "postgresql:///tembo";
  assert.deepEqual(findWorkerDatabase({ databaseUrl: local, workerDatabaseUrl }), { url: workerDatabaseUrl });
});

test("requires a blob store that machines share", () => {
  assert.match(findBlobProblem({ kind: "folder", sharedPath: null })!, /Set TEMBO_BLOBS/);
  assert.equal(findBlobProblem({ kind: "folder", sharedPath: "/mnt/blobs" }), null);
});
