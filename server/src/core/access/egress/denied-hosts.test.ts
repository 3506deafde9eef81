import assert from "node:assert/strict";
import { test } from "node:test";
import { createDeniedHosts } from "./denied-hosts.ts";

test("reports each combination of host, port and reason once, up to the limit", () => {
  const { isNew } = createDeniedHosts(3);
  const denial = { host: "a.example", port: 443, reason: "notAllowed" } as const;
  assert.equal(isNew(denial), true);
  assert.equal(isNew(denial), false);
  assert.equal(isNew({ ...denial, port: 80 }), true);
  assert.equal(isNew({ ...denial, reason: "notPublic" }), true);
  assert.equal(isNew({ ...denial, host: "b.example" }), false, "stops at the limit");
});
