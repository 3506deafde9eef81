import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, createMasker } from "../../base/index.ts";
import { decideMissing, restoreEnvironment } from "./restore-environment.ts";
import type { TurnContext } from "./turn-context.ts";

const built = (status: "pending" | "running" | "completed" | "failed" | "cancelled") => ({
  lastBuild: { id: "b", status, createdAt: new Date(0) },
});

test("explains why a session starts without an environment", () => {
  const missing = (project: ReturnType<typeof built> | null) =>
    decideMissing({ hadSnapshot: false, project });
  assert.match(
    decideMissing({ hadSnapshot: true, project: built("completed") })!,
    /started from was deleted/,
  );
  assert.match(missing(null)!, /project was deleted/);
  for (const status of ["pending", "running"] as const)
    assert.match(missing(built(status))!, /has not completed yet/);
  for (const status of ["completed", "failed", "cancelled"] as const)
    assert.match(missing(built(status))!, /none of its builds/);
});

test("is silent if no environment was ever requested", () => {
  assert.equal(decideMissing({ hadSnapshot: false, project: { lastBuild: null } }), null);
});

const unavailable = new AppError("unavailable", "It does not respond.");

/**
 * Restores an environment whose layer cannot be read `failures` times. The database fails if `isLost` is true. With a
 * `fetchFailure`, the machine lacks the layer, and fetching it fails.
 */
async function restore({
  failures = 0,
  fetchFailure = null as AppError | null,
  isLost = false,
  architecture = "x64",
  copyNumber = null as number | null,
  missingFolder = "",
  snapshotId = "snapshot" as string | null,
  turnNumber = 1,
}) {
  const notices: string[] = [];
  const stored: [snapshotId: string, sessionNumber: number][] = [];
  let failed = 0;
  const sandbox = {
    importFolder: async () => {
      if (fetchFailure !== null) throw new AppError("not_found", "The layer is missing.");
      if (failed++ < failures) throw unavailable;
    },
    stop: async () => {},
  };
  const snapshot = {
    ...{ id: "snapshot", layers: ["sha256:1"], directories: {} },
    platform: { architecture: "x64" },
  };
  const context = {
    session: { id: "s", number: 1, projectId: "p", snapshotId, sandboxSize: "small" },
    turn: { id: "t", number: turnNumber },
    message: { id: "m" },
    lease: { attempt: 1 },
    checkouts: [],
    project: fetchFailure === null ? { name: "Shop" } : null,
    masker: createMasker([]),
    ports: {
      settings: {
        ...{ machine: { cpus: 1, memoryBytes: 1 }, dataDir: "/nowhere" },
        platform: { architecture },
      },
      log: { warn() {} },
      layers: async () => ({ readFolder: () => [], find: async () => null }),
      environmentCopies: { take: async () => copyNumber },
      sandboxes: { clear: async () => {}, create: async () => sandbox },
      workspaceFiles: {
        isFolder: async (folder: string, name: string) => folder.endsWith("s.env") && name !== missingFolder,
        setAside: async () => false,
        ...{ discard: async () => {}, move: async () => {} },
      },
      store: {
        projects: { find: async () => ({ activeSnapshot: { id: "snapshot" } }) },
        projectSnapshots: {
          find: async () => snapshot,
        },
        savedLayers: {
          find: async () => {
            throw fetchFailure;
          },
        },
        sessions: {
          setSnapshot: async (_lease: object, id: string, sessionNumber: number) => {
            if (isLost) throw unavailable;
            stored.push([id, sessionNumber]);
          },
        },
        events: {
          append: async (_id: string, _lease: object, events: { data: { message: string } }[]) =>
            void notices.push(...events.map(({ data }) => data.message)),
        },
      },
    },
  } as unknown as TurnContext;
  const sessionNumber = await restoreEnvironment(context, new AbortController().signal);
  return { notices: notices.join(), stored, sessionNumber };
}

test("does without an environment that this machine cannot use, but not because of the database", async () => {
  assert.match((await restore({ architecture: "arm64" })).notices, /It was built on a machine with .* x64/);
  const unreadable = await restore({ failures: 3 });
  assert.match(unreadable.notices, /not usable on this machine\. It does not respond/);
  assert.deepEqual(unreadable.stored, []);
  await assert.rejects(restore({ isLost: true }), { code: "unavailable" });
});

test("starts without an environment whose layers cannot be fetched, whatever the reason", async () => {
  for (const code of ["invalid_input", "unavailable", "not_found"] as const) {
    const { notices } = await restore({ fetchFailure: new AppError(code, "The registry refused it.") });
    assert.match(notices, /Its layers could not be fetched: The registry refused it/);
  }
});

test("reads a layer again after a passing failure", async () => {
  const restored = { notices: "", stored: [["snapshot", 1]], sessionNumber: 1 };
  assert.deepEqual(await restore({ failures: 1 }), restored);
});

test("gives a session the number of its copy, unless the session may already own files", async () => {
  const copyNumber = 8;
  const taken = { notices: "", stored: [["snapshot", copyNumber]], sessionNumber: copyNumber };
  const unpacked = { notices: "", stored: [["snapshot", 1]], sessionNumber: 1 };
  assert.deepEqual(await restore({ copyNumber, snapshotId: null }), taken);
  assert.deepEqual(await restore({ copyNumber, snapshotId: null, turnNumber: 2 }), unpacked);
  assert.deepEqual(await restore({ copyNumber, snapshotId: "snapshot" }), unpacked);
  assert.deepEqual(await restore({ copyNumber, snapshotId: null, missingFolder: "home" }), unpacked);
  await assert.rejects(restore({ copyNumber, snapshotId: null, isLost: true }), { code: "unavailable" });
});
