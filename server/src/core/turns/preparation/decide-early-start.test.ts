import assert from "node:assert/strict";
import { test } from "node:test";
import { decideEarlyStart } from "./decide-early-start.ts";

const plain = {
  names: ["src", "package.json", "AGENTS.md", ".git", ".gitignore", ".github", ".tembo.json"],
  startFiles: ["agent.json"],
  hasService: false,
  hasConnections: false,
};
const withName = (name: string) => ({ ...plain, names: [...plain.names, name] });

test("starts a harness early only if it runs no program of the checkout and needs no network", () => {
  assert.equal(decideEarlyStart(plain), null);
  for (const name of [".claude", ".mcp.json", ".gemini", ".pi", ".opencode", ".codex", ".env", ".new-agent"])
    assert.match(decideEarlyStart(withName(name))!, /checkout contains/, name);
  assert.match(decideEarlyStart(withName("agent.json"))!, /checkout contains agent\.json/);
  assert.match(decideEarlyStart({ ...plain, hasService: true })!, /service/);
  assert.match(decideEarlyStart({ ...plain, hasConnections: true })!, /MCP/);
});

test("starts a harness whose files are unknown only in an empty workspace", () => {
  assert.match(decideEarlyStart({ ...plain, startFiles: undefined })!, /unknown/);
  assert.equal(decideEarlyStart({ ...plain, names: [], startFiles: undefined }), null);
});
