import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { createMasker, paths } from "../../../base/index.ts";
import type { SandboxCommand, SandboxSpec } from "../../sandbox/sandbox.ts";
import type { TurnContext } from "../turn-context.ts";
import { isWorkspaceHere } from "./restore-saved.ts";
import { restoreTracked } from "./restore-tracked.ts";
import type { SavedTier } from "./saved-workspace.ts";

const never = new AbortController().signal;

/** Describes a session whose workspace was restored on this machine. Programs exit with `exitCode`. */
function restored({ tier = "changes" as SavedTier, isIncomplete = true, exitCode = 0 }) {
  const specs: SandboxSpec[] = [];
  const commands: SandboxCommand[] = [];
  const notices: string[] = [];
  let open = 0;
  const sandbox = {
    workspacePath: "/workspace",
    spawn: (command: SandboxCommand) => {
      commands.push(command);
      const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
      return { stdin, stdout, stderr, exited: Promise.resolve({ code: exitCode, signal: null }) };
    },
    stop: async () => void open--,
  };
  const context = {
    session: { id: "s", number: 1, sandboxSize: "small" },
    turn: { id: "t" },
    message: { id: "m" },
    lease: { attempt: 1 },
    authority: null,
    checkouts: [{ use: { directory: "app" }, repository: { id: "r", owner: "o", name: "n" } }],
    masker: createMasker([]),
    ports: {
      settings: {
        ...{ dataDir: "/data", publicUrl: "http://localhost", machineId: "here" },
        machine: { cpus: 1, memoryBytes: 1 },
      },
      workspaceFiles: {
        isFolder: async (_folder: string, name: string) => isIncomplete || name !== ".tembo-saved",
      },
      sandboxes: {
        create: async (spec: SandboxSpec) => {
          open++;
          specs.push(spec);
          return sandbox;
        },
      },
      store: {
        savedWorkspaces: { find: async () => ({ machineId: "here", saved: { tier } }) },
        events: {
          append: async (_id: string, _lease: unknown, events: { data: { message: string } }[]) =>
            void notices.push(...events.map(({ data }) => data.message)),
        },
      },
    },
  } as unknown as TurnContext;
  return { context, specs, commands, notices, countOpen: () => open };
}

test("completes a restored workspace in a sandbox with the mirrors, and explains what is missing", async () => {
  const { context, specs, commands, notices, countOpen } = restored({});
  assert.equal(await isWorkspaceHere(context), false);
  assert.equal(await restoreTracked(context, never), true);
  assert.deepEqual(
    specs.map(({ readOnlyPaths }) => readOnlyPaths),
    [[paths.mirror("/data", "r")]],
  );
  assert.equal(commands[0]!.argv.at(-1), "app");
  assert.match(notices.join(), /^Caches and the files that git ignores were not saved\. Any setup script/);
  assert.equal(countOpen(), 0);
});

test("leaves a complete workspace as it is", async () => {
  for (const change of [{ isIncomplete: false }, { tier: "full" as const }]) {
    const { context, specs, notices } = restored(change);
    assert.equal(await isWorkspaceHere(context), true);
    assert.equal(await restoreTracked(context, never), false);
    assert.deepEqual([specs, notices], [[], []]);
  }
});

test("stops the sandbox and rethrows the error if a file cannot be restored", async () => {
  const { context, notices, countOpen } = restored({ exitCode: 1 });
  await assert.rejects(restoreTracked(context, never), { code: "git_failed" });
  assert.deepEqual([notices, countOpen()], [[], 0]);
});
