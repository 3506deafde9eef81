import assert from "node:assert/strict";
import { test } from "node:test";
import { withLinkTable } from "./link-table.ts";

const one = { repository: "acme/api", number: 3, url: "https://a.example/3", title: "Fix | it" };
const two = { repository: "group/sub/web", number: 7, url: "https://b.example/7", title: "Fix it" };

test("lists every pull request and marks the current one", () => {
  const body = withLinkTable("Words of mine", [one, two], one.url);
  assert.ok(body.startsWith("Words of mine\n\n[//]: # (tembo:pull-requests)"));
  assert.ok(body.includes("| **[acme/api#3](https://a.example/3)** (this one) | Fix \\| it |"), body);
  assert.ok(body.includes("| [group/sub/web#7](https://b.example/7) | Fix it |"), body);
});

test("replaces an existing table in place and keeps the text around it", () => {
  const body = `${withLinkTable("Before", [one, two], one.url)}\n\nAfter`;
  const updated = withLinkTable(body, [one, { ...two, title: "Mend it" }], one.url);
  assert.ok(updated.startsWith("Before\n\n") && updated.endsWith("\n\nAfter"), updated);
  assert.ok(updated.includes("Mend it") && !updated.includes("| Fix it |"));
  assert.equal(withLinkTable(updated, [one, { ...two, title: "Mend it" }], one.url), updated);
});

test("removes the table when there is only one pull request", () => {
  assert.equal(withLinkTable("Words", [one], one.url), "Words");
  assert.equal(withLinkTable(withLinkTable("Words", [one, two], one.url), [one], one.url), "Words");
});
