import assert from "node:assert/strict";
import { test } from "node:test";
import { allowHost, isHostAllowed } from "./allow-host.ts";

const place = { host: "example.com", port: 443 };

test("adds the host to the list, with its port unless it is a default port", () => {
  assert.deepEqual(allowHost({ preset: "registries", allow: ["a.com"] }, place), {
    preset: "registries",
    allow: ["a.com", "example.com"],
  });
  assert.deepEqual(allowHost({ preset: "custom", allow: [] }, { ...place, port: 5432 }).allow, [
    "example.com:5432",
  ]);
});

test("allows only the specified host in a closed network", () => {
  const setting = { preset: "none", allow: ["left.over"] } as const;
  assert.equal(isHostAllowed({ ...setting, allow: ["example.com"] }, place), false);
  assert.deepEqual(allowHost({ ...setting, allow: [...setting.allow] }, place), {
    preset: "custom",
    allow: ["example.com"],
  });
});

test("changes nothing if the host is already allowed", () => {
  for (const setting of [
    { preset: "custom" as const, allow: ["example.com"] },
    { preset: "custom" as const, allow: ["example.com:443"] },
    { preset: "open" as const, allow: [] },
  ])
    assert.equal(allowHost(setting, place), setting);
});
