import assert from "node:assert/strict";
import { test } from "node:test";
import { decideEarlyStart } from "./decide-early-start.ts";

const plain = {
  workspaceNames: ["app", ".gitignore"],
  checkoutNames: [
    "src",
    "package.json",
    "AGENTS.md",
    ".git",
    ".gitignore",
    ".github",
    ".tembo.json",
    ".venv",
  ],
  homeNames: ["go", ".npm", ".cargo", ".cache/pip"],
  startFiles: ["agent.json"],
  hasService: false,
  hasConnections: false,
  hasOwnSystem: false,
  hasForeignSubmodules: false,
  hasSetup: false,
  installsDependencies: false,
  hasStartScript: false,
};
const withName = (name: string) => ({ ...plain, checkoutNames: [...plain.checkoutNames, name] });
const inWorkspace = (name: string) => ({ ...plain, workspaceNames: [...plain.workspaceNames, name] });
const inHome = (name: string) => ({ ...plain, homeNames: [...plain.homeNames, name] });

test("starts a harness early only if it runs no program of the checkout and needs no network", () => {
  assert.equal(decideEarlyStart(plain), null);
  for (const name of [".claude", ".mcp.json", ".gemini", ".pi", ".opencode", ".codex", ".env", ".new-agent"])
    assert.match(decideEarlyStart(withName(name))!, /workspace contains/, name);
  assert.match(decideEarlyStart(withName("agent.json"))!, /workspace contains agent\.json/);
  assert.match(decideEarlyStart({ ...plain, hasService: true })!, /service/);
  assert.match(decideEarlyStart({ ...plain, hasConnections: true })!, /MCP/);
});

test("starts a harness early only if the workspace's folder is no repository and has no configuration", () => {
  for (const name of [".git", "HEAD", ".claude", ".mcp.json", "agent.json"])
    assert.match(decideEarlyStart(inWorkspace(name))!, /workspace contains/, name);
  assert.equal(decideEarlyStart(inWorkspace("other.txt")), null, "control");
  assert.equal(decideEarlyStart(withName("HEAD")), null, "control: a checkout has its own .git");
});

test("starts a harness early only if HOME has nothing that the harness, a shell or git reads", () => {
  for (const name of [
    ...[".claude", ".claude.json", ".codex", ".gemini", ".pi", ".config", ".local", ".cache", ".new-agent"],
    ...[".bashrc", ".profile", ".zshrc", ".gitconfig", ".git-credentials", ".npmrc", ".node_modules"],
    ...[".cache/opencode", ".cache/claude", ".bunfig.toml", ".bun", "agent.json"],
  ])
    assert.match(decideEarlyStart(inHome(name))!, /HOME contains/, name);
});

test("starts a harness early only with the machine's system, without foreign repositories, and if no script runs before it", () => {
  assert.match(decideEarlyStart({ ...plain, hasOwnSystem: true })!, /system/);
  assert.match(decideEarlyStart({ ...plain, hasForeignSubmodules: true })!, /submodules/);
  assert.match(decideEarlyStart({ ...plain, hasSetup: true })!, /setupScript/);
  assert.match(decideEarlyStart({ ...plain, installsDependencies: true })!, /dependencies/);
  assert.match(decideEarlyStart({ ...plain, hasStartScript: true })!, /start script/);
});

test("starts a harness whose files are unknown only in an empty workspace and HOME", () => {
  const unknown = { ...plain, startFiles: undefined };
  assert.match(decideEarlyStart(unknown)!, /unknown/);
  const names = { workspaceNames: [], checkoutNames: [] };
  assert.match(decideEarlyStart({ ...unknown, ...names })!, /unknown/);
  assert.match(decideEarlyStart({ ...unknown, homeNames: [] })!, /unknown/);
  assert.equal(decideEarlyStart({ ...unknown, ...names, homeNames: [] }), null);
});
