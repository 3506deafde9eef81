import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../../base/index.ts";
import type { TurnsPorts } from "../../ports.ts";
import { saveSessions } from "./save-sessions.ts";

const never = new AbortController().signal;

/** Saves sessions whose latest turn cannot be read. Returns the sessions that were tried, and the recorded reasons. */
async function save({
  pages = [["a", "b"], ["c"]] as string[][],
  stopped = ["kept"],
  limit = never,
  signal = never,
  savesWorkspaces = true,
  notIdle = [] as string[],
}) {
  const tried: string[] = [];
  const reasons: Record<string, string> = {};
  const ports = {
    settings: { machineId: "machine", savesWorkspaces, dataDir: "/nowhere" },
    log: { info() {}, error() {} },
    workspaceFiles: {
      isFolder: async () => {
        throw new AppError("unavailable", "The disk is gone.");
      },
    },
    store: {
      turns: {
        latest: async (id: string) => {
          tried.push(id);
          return {};
        },
      },
      savedWorkspaces: {
        isIdle: async (id: string) => !notIdle.includes(id),
        listIdle: async (_machine: string, after: string | null) =>
          pages[after === null ? 0 : pages.findIndex((page) => page.at(-1) === after) + 1] ?? [],
        recordUnsaved: async (id: string, _machine: string, reason: string) => {
          reasons[id] = reason;
        },
      },
    },
  } as unknown as TurnsPorts;
  await saveSessions(ports, { workerId: "worker", stopped, limit }, signal);
  return { tried, reasons };
}

test("saves sessions of stopped sandboxes first, then all unsaved ones, and records each failure", async () => {
  const { tried, reasons } = await save({ notIdle: ["b"] });
  assert.deepEqual(tried, ["kept", "a", "b", "c"]);
  const gone = "The disk is gone.";
  assert.deepEqual(reasons, { kept: gone, a: gone, c: gone });
});

test("records the remaining sessions when the time is over", async () => {
  const { tried, reasons } = await save({ limit: AbortSignal.abort() });
  assert.deepEqual(tried, []);
  assert.deepEqual(new Set(Object.values(reasons)), new Set(["The time limit for saving was reached."]));
  assert.equal(Object.keys(reasons).length, 4);
});

test("saves nothing without a shared store, and stops when the drain is interrupted", async () => {
  assert.deepEqual(await save({ savesWorkspaces: false }), { tried: [], reasons: {} });
  await assert.rejects(save({ signal: AbortSignal.abort(new Error("interrupted")) }), /interrupted/);
});
