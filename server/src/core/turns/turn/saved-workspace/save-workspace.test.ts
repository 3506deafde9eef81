import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, createMasker } from "../../../base/index.ts";
import type { Omissions } from "../../sandbox/omissions.ts";
import type { Sandbox, SandboxFolder } from "../../sandbox/sandbox.ts";
import type { TurnContext } from "../turn-context.ts";
import { saveWorkspace } from "./save-workspace.ts";

/** Saves a workspace. Returns what the archives leave out, the recorded tier and the notices. */
async function save({
  projectId = null as string | null,
  fault = null as AppError | null,
  /** Number of files that cannot be stored because of the fault. */
  faults = Number.POSITIVE_INFINITY,
  isDraining = false,
}) {
  let failed = 0;
  const omitted: Partial<Record<SandboxFolder, Omissions>> = {};
  const tiers: string[] = [];
  const notices: string[] = [];
  const sandbox = {
    exportFolder(folder: SandboxFolder, _signal: AbortSignal, omissions: Omissions) {
      omitted[folder] = omissions;
      return [];
    },
  } as unknown as Sandbox;
  const savedWorkspaces = {
    saveFiles: async (_lease: unknown, _machineId: string, { tier }: { readonly tier: string }) => {
      tiers.push(tier);
      return [];
    },
    saveCaptures: async () => [],
  };
  const context = {
    session: { id: "s", number: 1, organizationId: "o", projectId },
    turn: { id: "t" },
    message: { id: "m" },
    lease: { attempt: 1 },
    checkouts: [{ use: { directory: "app" }, repository: { id: "r" } }],
    masker: createMasker([]),
    ports: {
      settings: { isDraining, savesWorkspaces: true, dataDir: "/nowhere", machineId: "machine" },
      clock: { now: () => new Date(0) },
      compression: { compress: (bytes: unknown) => bytes },
      log: { error() {}, warn() {} },
      workspaces: { ownerOf: () => ({ uid: 1, gid: 1 }) },
      git: { exportCapture: async () => null },
      blobs: {
        async put(_owner: unknown, bytes: AsyncIterable<Uint8Array>) {
          for await (const _ of bytes);
          if (fault !== null && ++failed <= faults) throw fault;
          return { id: "blob" };
        },
        remove: async () => {},
      },
      store: {
        transaction: async (work: (tx: unknown) => unknown) => work({ savedWorkspaces }),
        events: {
          append: async (_id: string, _lease: unknown, events: { data: { message: string } }[]) =>
            void notices.push(...events.map(({ data }) => data.message)),
        },
      },
    },
  } as unknown as TurnContext;
  await saveWorkspace(context, sandbox);
  return { omitted, tiers, notices };
}

test("saves only changes, unless an environment brought files that a setup script cannot restore", async () => {
  const changes = await save({});
  assert.deepEqual(changes.tiers, ["changes"]);
  assert.deepEqual(changes.omitted.workspace, { filesInGitOf: ["app"] });
  const full = await save({ projectId: "p" });
  assert.deepEqual(full.tiers, ["full"]);
  assert.deepEqual(full.omitted.workspace, { paths: [] });
  const leavesOut = (omissions: Omissions | undefined, path: string) =>
    omissions !== undefined && "paths" in omissions && omissions.paths.includes(path);
  assert.ok(leavesOut(changes.omitted.home, ".cache"));
  assert.ok(!leavesOut(full.omitted.home, ".cache"));
  assert.ok(leavesOut(full.omitted.home, ".npm/_cacache"));
});

test("saves everything while the machine drains, or only changes if that fails", async () => {
  assert.deepEqual((await save({ isDraining: true })).tiers, ["full"]);
  const fault = new AppError("invalid_input", "The content is larger.");
  const changes = await save({ isDraining: true, fault, faults: 1 });
  assert.deepEqual([changes.tiers, changes.notices], [["changes"], []]);
  assert.deepEqual(changes.omitted.workspace, { filesInGitOf: ["app"] });
  const neither = await save({ isDraining: true, fault });
  assert.deepEqual(neither.tiers, []);
  assert.equal(neither.notices.length, 1);
});

test("explains that files were not saved because they are too large", async () => {
  const tooLarge = await save({ fault: new AppError("invalid_input", "The content is larger.") });
  assert.deepEqual(tooLarge.tiers, []);
  assert.match(
    tooLarge.notices.join(),
    /could not save the session's files to the blob store, because .* 2 GiB\. If.*Delete large files/,
  );
  const other = await save({ fault: new AppError("unavailable", "The store is gone.") });
  assert.match(
    other.notices.join(),
    /could not save the session's files to the blob store\. If this machine is lost, changes since the last save are lost\.$/,
  );
});
