import assert from "node:assert/strict";
import { test } from "node:test";
import { withLinkTable } from "./link-table.ts";

const one = { repository: "acme/api", number: 3, url: "https://a.example/3", title: "Fix | it" };
const two = { repository: "group/sub/web", number: 7, url: "https://b.example/7", title: "Fix it" };

test("the table names every pull request and marks its own", () => {
  const body = withLinkTable("Words of mine", [one, two], one.url);
  assert.ok(body.startsWith("Words of mine\n\n[//]: # (tembo:pull-requests)"));
  assert.ok(body.includes("| **[acme/api#3](https://a.example/3)** (this one) | Fix \\| it |"), body);
  assert.ok(body.includes("| [group/sub/web#7](https://b.example/7) | Fix it |"), body);
});

test("what is there is replaced where it stands, however people wrote around it", () => {
  const body = `${withLinkTable("Before", [one, two], one.url)}\n\nAfter`;
  const updated = withLinkTable(body, [one, { ...two, title: "Mend it" }], one.url);
  assert.ok(updated.startsWith("Before\n\n") && updated.endsWith("\n\nAfter"), updated);
  assert.ok(updated.includes("Mend it") && !updated.includes("| Fix it |"));
  assert.equal(withLinkTable(updated, [one, { ...two, title: "Mend it" }], one.url), updated);
});

test("one pull request alone has no table, and loses the one it had", () => {
  assert.equal(withLinkTable("Words", [one], one.url), "Words");
  assert.equal(withLinkTable(withLinkTable("Words", [one, two], one.url), [one], one.url), "Words");
});
