import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gitlabUnderTest } from "./fake-under-test.ts";
import { knownKeys, recorded } from "./recorded.ts";

/** Returns every key path in the value, such as "object_attributes.position.new_path". The paths of a list are those of its entries. */
function keysOf(value: unknown, above = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => keysOf(one, above));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${above}${key}`,
    ...keysOf(inner, `${above}${key}.`),
  ]);
}

const recordedKeys = (name: string) => keysOf(JSON.parse(recorded(name).body.toString("utf8")));

/** Returns the permitted keys for one kind of payload. They are the keys in the recordings and the keys that GitLab's own client knows. */
function allowed(name: string): Set<string> {
  const known = [...recordedKeys(name), ...knownKeys(name)];
  // GitLab builds the note in the same way for every subject.
  if (name === "note_issue") {
    known.push(...knownKeys("note_merge_request").filter((key) => key.startsWith("object_attributes.")));
  }
  return new Set(known);
}

async function bodiesOfFake(t: TestContext): Promise<Map<string, unknown>> {
  const bodies = new Map<string, unknown>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      const about = body.object_attributes?.noteable_type === "Issue" ? "note_issue" : "note_merge_request";
      const names: Record<string, string> = { note: about, build: "job" };
      const name = names[body.object_kind] ?? body.object_kind;
      // A note with a position has the most fields.
      if (bodies.get(name) === undefined || body.object_attributes?.position) bodies.set(name, body);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const it = await gitlabUnderTest(t);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await it.forge.ensureWebhook(it.repository, { url, secret: "a-secret" });
  const sha = await it.commit("tembo/fix", "fix.txt");
  const number = await it.writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
  const comments = [{ path: "fix.txt", line: 1, body: "Why?" }];
  await it.writer.review(number, { state: "changesRequested", body: "", comments });
  const issue = await it.writer.openIssue({ title: "It breaks", body: "" });
  await it.writer.comment({ kind: "issue", number: issue }, "Any news?");
  await it.setCheck(sha, { name: "build", state: "failed", log: "broken" });
  for (let tries = 0; it.fake.deliveries.size > 0 && tries < 500; tries++) await sleep(10);
  return bodies;
}

test("the fake's webhooks contain only fields that GitLab sends", async (t) => {
  const bodies = await bodiesOfFake(t);
  for (const name of [
    "merge_request",
    "note_merge_request",
    "note_issue",
    "issue",
    "push",
    "pipeline",
    "job",
  ]) {
    const body = bodies.get(name);
    assert.ok(body, `GitLab sent no ${name}`);
    const known = allowed(name);
    assert.deepEqual(
      keysOf(body).filter((key) => !known.has(key)),
      [],
      name,
    );
  }
});

test("control: detects a field that GitLab does not send", () => {
  const known = allowed("note_merge_request");
  assert.equal(known.has("object_attributes.invented"), false);
  assert.equal(known.has("object_attributes.discussion_id"), true);
});
