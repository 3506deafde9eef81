import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readFixture } from "../../server/src/forge/github/testing/fixture.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/forges.md"), "utf8");

test("the forges page states the number of recorded fixtures", () => {
  const { examples } = readFixture("webhook-examples") as { readonly examples: { readonly event: string }[] };
  const events = new Set(examples.map(({ event }) => event));
  assertPageIncludes(`${examples.length} example deliveries over ${events.size} events`);

  const { document } = readFixture("rest") as { readonly document: { readonly paths: object } };
  const operations = Object.values(document.paths).flatMap((path: object) =>
    Object.keys(path).filter((key) => /^(get|put|post|patch|delete)$/.test(key)),
  );
  assertPageIncludes(`${operations.length} operations`);

  const recorded = join(root, "server/src/forge/gitlab/testing/fixtures/recorded-webhooks");
  const [project, system] = ["webhooks", "systemhooks"].map(
    (kind) => readdirSync(join(recorded, kind)).length,
  );
  assertPageIncludes(`${project} recorded project hooks and ${system} system hooks`);
});

function assertPageIncludes(words: string): void {
  assert.ok(page.includes(words), `docs/forges.md should contain "${words}"`);
}
