import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { operations } from "@tembo/contract";
import { type Served, serve } from "../../../server/src/testing/test-server.ts";
import { coverageFile, coverageTable, lostSince, servedIn, vendorNames } from "./coverage.ts";
import { leftOut } from "./left-out.ts";
import { loadContract } from "./vendor-contract.ts";

const committed = readFileSync(coverageFile, "utf8");

test("docs/reference/coverage.md is up to date (npm run generate updates it)", () => {
  assert.equal(committed, coverageTable());
});

test("serves every operation that the committed table lists as served", () => {
  assert.ok(servedIn(committed).length > 50);
  assert.deepEqual(lostSince(committed), []);
});

test("control: detects a lost operation and an outdated table", () => {
  const { me: _, ...fewer } = operations;
  assert.deepEqual(lostSince(committed, fewer), ["GET /me"]);
  assert.notEqual(coverageTable(fewer), committed);
  assert.match(coverageTable(fewer), /^\| `GET \/me` \| npm-0\.2\.3 \| no \| {2}\|$/m);
});

test("the list of names contains each operation of the vendor's contract exactly once", () => {
  const names = vendorNames.map(({ method, path }) => `${method} ${path}`);
  assert.equal(new Set(names).size, names.length);
  const unnamed = loadContract().operations.filter(
    ({ method, path }) => !names.includes(`${method} ${path}`),
  );
  assert.deepEqual(unnamed, []);
});

describe("operations that are not implemented", () => {
  let served: Served;
  let key: string;
  before(async () => {
    served = await serve();
    key = await served.addKey(served.testStore.organizationId);
  });
  after(() => served.close());

  for (const { pattern, reason } of leftOut) {
    test(`${reason}: the table gives this reason, and the operation responds like an unknown path`, async () => {
      const names = vendorNames.filter(({ method, path }) => pattern.test(`${method} ${path}`));
      assert.ok(names.length > 0);
      for (const { method, path } of names) {
        assert.ok(committed.includes(`| \`${method} ${path}\` |`));
        assert.match(
          committed.split("\n").find((line) => line.startsWith(`| \`${method} ${path}\` |`))!,
          new RegExp(`\\| no \\| ${reason} \\|$`),
        );
        const asked = path.replaceAll(/\{\w+\}/g, "0199f0a5-7c1e-7cc3-98c4-dc0c0c07398f");
        for (const prefix of ["", "/api/public-api"]) {
          const response = await served.ask(`${prefix}${asked}`, key, {
            method,
            ...(method !== "GET" && { body: "{}", headers: { "content-type": "application/json" } }),
          });
          const unknown = await served.ask(`${prefix}/v1/nowhere`, key, { method });
          assert.equal(response.status, 404, `${method} ${path}`);
          const sentence = async (answer: Response) => ((await answer.json()) as { error: string }).error;
          assert.equal(
            await sentence(response),
            (await sentence(unknown)).replace("/v1/nowhere", asked),
            `${method} ${path}`,
          );
        }
      }
    });
  }
});
