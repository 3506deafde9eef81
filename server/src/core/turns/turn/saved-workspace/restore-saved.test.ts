import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, createMasker, paths } from "../../../base/index.ts";
import type { TurnContext } from "../turn-context.ts";
import { restoreCaptures, restoreFiles } from "./restore-saved.ts";
import type { SessionWorkspace } from "./saved-workspace.ts";

const never = new AbortController().signal;
const savedAt = new Date(0);
const saved = { tier: "full", workspaceBlobId: "w", homeBlobId: "h", savedAt, promptedTurnId: null } as const;
const elsewhere: SessionWorkspace = { machineId: "there", isCurrent: true, saved };

/** Describes a session on the machine `here`, which may have older files of it. */
function onMachine({
  known = elsewhere,
  hasOlder = false,
  fault = null,
  captureFault = null,
}: {
  readonly known?: SessionWorkspace | null;
  readonly hasOlder?: boolean;
  readonly fault?: AppError | null;
  readonly captureFault?: AppError | null;
}) {
  const notices: string[] = [];
  const [moved, removed, sent]: [string[], string[], boolean[]] = [[], [], []];
  const context = {
    session: { id: "s", number: 1, organizationId: "o", sandboxSize: "small" },
    turn: { id: "t", number: 2, isPromptSent: true },
    message: { id: "m" },
    lease: { attempt: 2 },
    checkouts: [
      { use: { directory: "app", branchName: "b" }, repository: { id: "r", owner: "o", name: "n" } },
    ],
    masker: createMasker([]),
    ports: {
      settings: {
        ...{ dataDir: "/data", publicUrl: "http://localhost", machineId: "here" },
        machine: { cpus: 1, memoryBytes: 1 },
      },
      log: { warn() {}, error() {} },
      compression: { decompress: (bytes: unknown) => bytes },
      blobs: { get: () => [] },
      workspaces: { ownerOf: () => ({ uid: 1, gid: 1 }) },
      workspaceFiles: {
        isFolder: async () => hasOlder,
        setAside: async (folders: readonly string[]) => removed.push(...folders) > 0,
        move: async (_from: string, to: string) => void moved.push(to),
        discard: async () => {},
      },
      sandboxes: {
        clear: async () => {},
        create: async () => ({
          importFolder: async () => {
            if (fault !== null) throw fault;
          },
          stop: async () => {},
        }),
      },
      git: {
        importCapture: async () => {
          if (captureFault !== null) throw captureFault;
        },
      },
      store: {
        savedWorkspaces: {
          find: async () => known,
          listCaptures: async () => [
            { repositoryId: "r", refs: {}, exclude: null, formerBlobId: null, ownBlobId: "c" },
          ],
        },
        turns: { setPromptSent: async (_lease: unknown, isSent: boolean) => void sent.push(isSent) },
        events: {
          append: async (_id: string, _lease: unknown, events: { data: { message: string } }[]) =>
            void notices.push(...events.map(({ data }) => data.message)),
        },
      },
    },
  } as unknown as TurnContext;
  return { context, notices, moved, removed, sent };
}

const workspace = paths.workspace("/data", "s");
const captures = paths.captures("/data", "s");
const missing = new AppError("not_found", "The bytes are missing.");

test("replaces older files with the saved ones", async () => {
  const { context, notices, moved, removed } = onMachine({ hasOlder: true });
  await restoreFiles(context, never);
  assert.equal(moved.at(-1), workspace);
  assert.ok(removed.includes(workspace) && removed.includes(captures));
  assert.deepEqual(notices, []);
});

test("does nothing on the machine that has the newest files, even if they were saved earlier", async () => {
  for (const known of [null, { ...elsewhere, machineId: "here", isCurrent: false }]) {
    const { context, moved, removed } = onMachine({ known });
    await restoreFiles(context, never);
    assert.deepEqual([moved, removed], [[], []]);
  }
});

test("keeps older files if nothing was saved or the saved bytes are missing, and sends the prompt again", async () => {
  for (const given of [{ known: { ...elsewhere, isCurrent: false, saved: null } }, { fault: missing }]) {
    const { context, notices, removed, sent } = onMachine({ ...given, hasOlder: true });
    await restoreFiles(context, never);
    assert.ok(!removed.includes(workspace) && !removed.includes(captures), String(removed));
    assert.match(notices.join(), /were not saved.*last had on this machine/);
    assert.deepEqual(sent, [false]);
  }
});

test("reports that the restored files are not the newest ones", async () => {
  const { context, notices, sent } = onMachine({ known: { ...elsewhere, isCurrent: false } });
  await restoreFiles(context, never);
  assert.match(notices.join(), /not available.*starts again/);
  assert.deepEqual(sent, [false]);
});

test("rethrows an error after which the files still exist", async () => {
  const away = new AppError("unavailable", "The store does not respond.");
  const { context, removed } = onMachine({ fault: away, hasOlder: true });
  await assert.rejects(restoreFiles(context, never), away);
  assert.ok(!removed.includes(workspace));
});

test("creates a checkout again if its commits cannot be restored", async () => {
  for (const captureFault of [new AppError("git_failed", "index-pack failed."), missing]) {
    const { context, notices, removed } = onMachine({ captureFault });
    await restoreCaptures(context, never);
    assert.deepEqual(removed, [`${workspace}/app`]);
    assert.match(notices.join(), /^app: The saved commits cannot be restored/);
  }
  const { context } = onMachine({ captureFault: new AppError("unavailable", "Away.") });
  await assert.rejects(restoreCaptures(context, never), { code: "unavailable" });
});
