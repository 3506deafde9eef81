import assert from "node:assert/strict";
import { test } from "node:test";
import type { Git } from "../../forges/index.ts";
import type { ProjectSnapshot } from "../../sessions/index.ts";
import type { WorkContext } from "../turn/turn-context.ts";
import { fetchMirrors, prepareWorkspace } from "./prepare-workspace.ts";

const never = new AbortController().signal;

/** Returns the context of a session with two repositories. */
const contextWith = (git: Partial<Git>) =>
  ({
    session: { id: "session", number: 1, baseBranch: "main", targetBranch: null },
    organization: { settings: { cloneDepth: null } },
    checkouts: ["shop", "docs"].map((name) => ({
      repository: { id: name, forge: "local", owner: "acme", name },
      use: { directory: name, baseSha: null, baseBranch: null, targetBranch: "main" },
      forge: { remote: async () => ({}) },
    })),
    ports: {
      settings: { dataDir: "/nowhere", publicUrl: "http://localhost" },
      workspaces: { prepare: async () => {}, ownerOf: () => ({}) },
      git: { fetchMirror: async () => ({ headBranch: null }), ...git },
    },
  }) as unknown as WorkContext;

/** Returns an operation of host git that fails at once for the first repository, and stops a moment later for the second. */
function failingOnce(events: string[]) {
  let calls = 0;
  return async (_: unknown, signal: AbortSignal) => {
    calls += 1;
    if (calls === 1) throw new Error("The disk is full.");
    await new Promise((resolve) => setImmediate(resolve));
    events.push(`stopped, ${signal.aborted}`);
    return { headBranch: null } as never;
  };
}

test("fails only when host git has left all checkouts and mirrors", async () => {
  for (const operation of ["prepareCheckout", "fetchMirror"] as const) {
    const events: string[] = [];
    const context = contextWith({ [operation]: failingOnce(events) });
    await assert.rejects(prepareWorkspace(context, null, never), { message: "The disk is full." });
    assert.deepEqual(events, ["stopped, true"], operation);
  }
  const events: string[] = [];
  await assert.rejects(fetchMirrors(contextWith({ fetchMirror: failingOnce(events) }), never));
  assert.deepEqual(events, ["stopped, true"]);
});

test("returns the commits of the checkouts", async () => {
  const baseSha = "a".repeat(40);
  const prepared = await prepareWorkspace(
    contextWith({ prepareCheckout: async () => ({ baseSha }) }),
    null,
    never,
  );
  assert.deepEqual(prepared, {
    sessionNumber: 1,
    baseShas: new Map([
      ["shop", baseSha],
      ["docs", baseSha],
    ]),
    ...{ isOutdated: false, hasForeignSubmodules: false },
  });
});

test("notices a changed lockfile of one repository although the check of another ends later", async () => {
  const [built, baseSha] = ["a".repeat(40), "b".repeat(40)];
  const read: string[] = [];
  const repositoryOf = ({ mirrorPath }: { readonly mirrorPath: string }) =>
    mirrorPath.includes("shop") ? "shop" : "docs";
  const context = contextWith({
    prepareCheckout: async () => ({ baseSha, environmentSha: built }),
    findCommit: async ({ ref }) => ref,
    readTree: async (input) => {
      const name = repositoryOf(input);
      if (name === "docs") await new Promise((resolve) => setImmediate(resolve));
      read.push(name);
      // Only the lockfile of the shop differs between the two commits.
      const id = name === "shop" ? input.tree : built;
      return { entries: [{ path: "package-lock.json", kind: "file", mode: "100644", id }], isCut: false };
    },
  });
  const prepared = await prepareWorkspace(context, null, never);
  assert.equal(typeof prepared === "object" && prepared.isOutdated, true);
  assert.deepEqual(read, ["shop", "shop", "docs", "docs"], "control");
});

/** Prepares a session from an environment with a ready copy. */
async function prepareFromCopy({ usedAt = null as Date | null, isReserved = true } = {}) {
  const taken: string[] = [];
  const owners: number[] = [];
  const context = contextWith({ prepareCheckout: async () => ({ baseSha: "a".repeat(40) }) });
  Object.assign(context.ports, {
    store: {
      preparations: { find: async () => ({ usedAt }), setSessionNumber: async () => isReserved },
    },
    environmentCopies: {
      take: async (id: string) => {
        taken.push(id);
        return 8;
      },
    },
    layers: async () => ({ readFolder: () => [] }),
    workspaceFiles: {
      ...{ isFolder: async () => true, setAside: async () => false, discard: async () => {} },
      move: async () => {},
    },
    sandboxes: {
      clear: async () => {},
      create: async () => ({ importFolder: async () => {}, stop: async () => {} }),
    },
  });
  Object.assign(context.ports.settings, {
    ...{ platform: { architecture: "x64" }, machine: { cpus: 1, memoryBytes: 1 } },
  });
  Object.assign(context.session, { sandboxSize: "small" });
  Object.assign(context.ports.workspaces, {
    prepare: async ({ sessionNumber }: { sessionNumber: number }) => void owners.push(sessionNumber),
  });
  const snapshot = {
    ...{ id: "snapshot", layers: ["sha256:1"], directories: {} },
    platform: { architecture: "x64" },
  } as unknown as ProjectSnapshot;
  const prepared = await prepareWorkspace(context, snapshot, never);
  return { number: typeof prepared === "string" ? prepared : prepared.sessionNumber, taken, owners };
}

test("takes a copy and its number, but not after a session was created with the reserved number", async () => {
  assert.deepEqual(await prepareFromCopy(), { number: 8, taken: ["snapshot"], owners: [8] });
  assert.deepEqual(await prepareFromCopy({ usedAt: new Date(0) }), { number: 1, taken: [], owners: [1] });
  await assert.rejects(prepareFromCopy({ isReserved: false }), { code: "conflict" });
});
