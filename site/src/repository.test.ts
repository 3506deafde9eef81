import assert from "node:assert/strict";
import { test } from "node:test";
import { webAddress } from "./repository.ts";

test("returns the web address of the repository in package.json, or null without one", () => {
  const address = "https://forge.example/tembo/tembo";
  for (const repository of [address, `${address}.git`, { url: `git+${address}.git` }])
    assert.equal(webAddress({ repository }), address);
  assert.equal(webAddress({}), null);
  assert.throws(() => webAddress({ repository: "git@forge.example:tembo.git" }), /must be an https URL/);
});
