import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, createMasker } from "../../base/index.ts";
import type { ProjectSnapshot } from "../../sessions/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { openInEnvironment } from "./open-in-environment.ts";
import type { SandboxWish } from "./open-sandbox.ts";
import type { TurnContext } from "./turn-context.ts";

const digest = `sha256:${"1".repeat(64)}`;
const snapshot = {
  id: "snapshot",
  layers: [digest, digest],
  base: { pinned: "registry.example/app@sha256:1" },
  recipe: { source: { kind: "image" } },
} as unknown as ProjectSnapshot;
const wish = {
  readOnlyPaths: [],
  isWorkspaceReadOnly: false,
  system: { layers: [digest] },
} as unknown as SandboxWish;

async function open(code: "layer_broken" | "not_found", failure: unknown) {
  const broken: string[] = [];
  const notices: string[] = [];
  const fallback = {} as Sandbox;
  const context = {
    session: { id: "s", projectId: "p", organizationId: "o", sandboxSize: "small" },
    turn: { id: "t" },
    message: { id: "m" },
    lease: { attempt: 1 },
    checkouts: [],
    project: null,
    authority: null,
    masker: createMasker([]),
    ports: {
      settings: { machine: { cpus: 1, memoryBytes: 1 }, dataDir: "/nowhere", publicUrl: "http://x" },
      clock: { now: () => new Date() },
      log: { warn() {} },
      sandboxes: {
        create: async ({ system }: { readonly system: object | null }) => {
          if (system !== null) throw new AppError(code, "The layer is damaged.");
          return fallback;
        },
      },
      layers: async () => ({ find: async () => null }),
      images: {
        resolve: async () => {
          throw failure;
        },
      },
      store: {
        projectSnapshots: { markBroken: async (id: string) => void broken.push(id) },
        events: {
          append: async (_id: string, _lease: object, events: { data: { message: string } }[]) =>
            void notices.push(...events.map(({ data }) => data.message)),
        },
      },
    },
  } as unknown as TurnContext;
  const opened = await openInEnvironment(context, wish, snapshot, new AbortController().signal);
  assert.equal(opened.sandbox, fallback);
  assert.equal(opened.wish.system, null);
  return { broken, notices: notices.join() };
}

test("marks a damaged environment as broken although its layers cannot be fetched", async () => {
  const unreachable = new AppError("unreachable", "The registry does not respond.");
  const { broken, notices } = await open("layer_broken", unreachable);
  assert.deepEqual(broken, ["snapshot"]);
  assert.match(notices, /The layer is damaged\. Its layers could not be fetched: The registry does not/);
  assert.deepEqual((await open("not_found", unreachable)).broken, [], "control");
});

test("does not hide an unexpected error of the download", async () => {
  await assert.rejects(open("layer_broken", new TypeError("a mistake")), TypeError);
});
