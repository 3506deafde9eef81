import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../../base/index.ts";
import { defaultPermissionPolicy } from "../../../sessions/index.ts";
import type { HarnessLaunch } from "../../harness/harness.ts";
import type { TurnsPorts } from "../../ports.ts";
import type { SandboxSpec } from "../../sandbox/sandbox.ts";
import { WaitingHarnessPool } from "../../waiting-harness/waiting-harness-pool.ts";
import type { RecalledWish, WaitingWish } from "../../waiting-harness/waiting-harnesses.ts";
import type { WarmSandbox } from "../../warm-sandbox/warm-sandbox.ts";
import type { TurnContext } from "../turn-context.ts";
import { adoptWaiting } from "./adopt-waiting.ts";

const signal = new AbortController().signal;

const usualSession = { number: 1, harness: "claudeCode", model: "opus", sandboxSize: "small", options: {} };
const usualOrganization = { id: "acme", settings: {}, permissionPolicy: defaultPermissionPolicy };
const usualCheckout = {
  repository: { id: "app", connectedUrl: "https://forge/acme/app" },
  use: { directory: "app" },
};

interface Change {
  readonly maxCount?: number;
  readonly movesWorkspaces?: boolean;
  readonly startsEarly?: boolean;
  readonly left?: readonly string[];
  /** Wishes of the sessions before the worker started. */
  readonly recalled?: readonly RecalledWish[];
}

/** A worker with fakes that record what happens. */
function aWorker(change: Change = {}) {
  const { maxCount = 1, movesWorkspaces = true, startsEarly = true, left = [], recalled = [] } = change;
  const steps: string[] = [];
  const specs: SandboxSpec[] = [];
  const launches: HarnessLaunch[] = [];
  const given: { readonly sessionId: string; readonly warm: WarmSandbox }[] = [];
  const state = {
    ...{ isAlive: true, hasRoom: true, isBusy: false, isDraining: false, hasFolder: false, canPause: true },
    takesRoom: false,
    beforeLaunch: async () => {},
    ...{ createFails: false, launchFails: false, stopFails: false, isFenced: false, moveFails: false },
    nowMs: Date.parse("2026-11-30T12:00:00Z"),
    installation: "/harness",
  };
  let number = 100;
  const info = {
    name: "claudeCode",
    isInstalled: true,
    startsEarly,
    capabilities: { takesInstructions: true },
  };
  const ports = {
    clock: { now: () => new Date(state.nowMs) },
    log: {
      info: (_: object, message: string) => void steps.push(message),
      warn: (_: object, message: string) => void steps.push(message),
    },
    settings: {
      ...{ dataDir: "/data", publicUrl: "http://tembo", sandboxProcesses: 1, sandboxDiskBytes: 1 },
      ...{ sandboxFiles: 1, machine: { cpus: 2, memoryBytes: 2 ** 34 } },
      get isDraining() {
        return state.isDraining;
      },
    },
    harnesses: {
      list: () => [info],
      install: async () => ({ readOnlyPaths: [state.installation] }),
      launch: async (launch: HarnessLaunch) => {
        await state.beforeLaunch();
        if (state.launchFails) throw new AppError("harness_failed", "It crashed.");
        launches.push(launch);
        return {
          get isAlive() {
            return state.isAlive;
          },
          close: async () => {},
        };
      },
    },
    sandboxes: {
      movesWorkspaces,
      create: async (spec: SandboxSpec) => {
        if (state.createFails) throw new AppError("sandbox_unavailable", "The mirror is missing.");
        specs.push(spec);
        const { sessionId } = spec.workspace;
        return {
          workspacePath: "/workspace",
          pause: async () => state.canPause,
          memoryBytes: async () => 1,
          stop: async () => {
            steps.push(`stop ${sessionId}`);
            if (state.stopFails) throw new AppError("sandbox_unavailable", "A process remains.");
          },
        };
      },
      clear: async (name: string) => void steps.push(`clear ${name}`),
    },
    workspaceFiles: { isFolder: async () => state.hasFolder },
    workspaces: {
      nameWaiting: async () => `wait-${number}`,
      move: async (name: string, sessionId: string) => {
        if (state.moveFails) throw new Error("The disk is full.");
        steps.push(`move ${name} to ${sessionId}`);
      },
      removeWaiting: async (name: string) => void steps.push(`remove ${name}`),
      listLeftWaiting: async () => left,
    },
    warmSandboxes: {
      hasRoom: () => state.hasRoom && !(state.takesRoom && specs.length > 0),
      putPrepared: async (sessionId: string, warm: WarmSandbox) => given.push({ sessionId, warm }) > 0,
    },
    store: {
      projectBuilds: { takeSessionNumber: async () => ++number },
      sessions: {
        setNumber: async () => {
          if (state.isFenced) throw new AppError("fenced", "Another worker has the turn.");
        },
      },
    },
  } as unknown as TurnsPorts;
  const pool = new WaitingHarnessPool({
    ports: () => ports,
    maxCount,
    isBusy: () => state.isBusy,
    recall: async () => recalled,
  });
  Object.assign(ports, { waitingHarnesses: pool });
  const contextOf = (id: string, change: object = {}) =>
    ({
      ports,
      session: { ...usualSession, id },
      organization: usualOrganization,
      turn: { number: 1 },
      message: { author: null, options: { mode: "build" } },
      checkouts: [usualCheckout],
      ...{ run: null, project: null, authority: null, lease: {} },
      secrets: { environment: {}, bound: [], values: [] },
      mcp: { servers: [], bound: [], rules: [], notices: [] },
      modelRoute: { family: "anthropic" },
      ...change,
    }) as unknown as TurnContext;
  const adopt = (id: string, change?: object) => adoptWaiting(contextOf(id, change), signal);
  return { pool, adopt, steps, specs, launches, given, state };
}

async function waitingWorker(change?: Change) {
  const worker = aWorker(change);
  assert.equal(await worker.adopt("first"), null, "nothing waits for the first session");
  await worker.pool.tend();
  return worker;
}

test("a harness waits after a new session, and the next one adopts it with its number", async () => {
  const { pool, adopt, steps, specs, launches, given } = await waitingWorker();
  assert.equal(pool.count(), 1);
  assert.deepEqual(steps, ["a harness waits for a session"]);
  assert.deepEqual(specs[0]!.workspace, { sessionId: "wait-101", sessionNumber: 101 });
  assert.equal(launches[0]!.harness, "claudeCode");
  assert.equal(await adopt("second"), 101);
  assert.equal(pool.count(), 0);
  assert.deepEqual(steps.slice(1), ["move wait-101 to second", "a waiting harness was adopted"]);
  assert.equal(given[0]!.sessionId, "second");
  assert.ok(given[0]!.warm.launched !== null);
});

test("only one of two sessions adopts a harness", async () => {
  const { adopt } = await waitingWorker();
  const numbers = await Promise.all([adopt("second"), adopt("third")]);
  assert.deepEqual(
    numbers.filter((number) => number !== null),
    [101],
  );
});

test("another harness waits after the adoption, and each session's sandbox is a new one", async () => {
  const { pool, adopt, specs } = await waitingWorker();
  await adopt("second");
  await pool.tend();
  await pool.tend();
  assert.deepEqual(
    specs.map(({ workspace }) => workspace.sessionNumber),
    [101, 102],
  );
});

const unusual: Readonly<Record<string, object>> = {
  "a secret": { secrets: { environment: { TOKEN: "secret" }, bound: [], values: [] } },
  "an authority for injected secrets": { authority: { certificate: "PEM" } },
  "an agent's run": { run: { payload: {} } },
  "a project, which may have an image": { project: { id: "project" } },
  "an earlier turn": { turn: { number: 2 } },
};
for (const [what, change] of Object.entries(unusual)) {
  test(`a session with ${what} neither adopts a harness nor lets one wait`, async () => {
    const { pool, adopt, specs } = await waitingWorker();
    assert.equal(await adopt("second", change), null);
    assert.equal(await adopt("third"), 101, "control: the harness still waits for others");
    const alone = aWorker();
    await alone.adopt("first", change);
    await alone.pool.tend();
    assert.deepEqual(alone.specs, []);
    await pool.close();
    assert.equal(specs.length, 1);
  });
}

interface Difference {
  readonly context?: object;
  /** Folder of the harness's programs. */
  readonly installation?: string;
}

const different: Readonly<Record<string, Difference>> = {
  "another model": { context: { session: { ...usualSession, id: "second", model: "haiku" } } },
  "another mode": { context: { message: { author: null, options: { mode: "plan" } } } },
  "another author": {
    context: { message: { author: { name: "Ann", email: "ann@acme" }, options: { mode: "build" } } },
  },
  "another protocol": { context: { modelRoute: { family: "openai" } } },
  "changed instructions": {
    context: { organization: { ...usualOrganization, settings: { customSystemPrompt: "Be brief." } } },
  },
  "other limits of its sandbox": {
    context: { session: { ...usualSession, id: "second", sandboxSize: "large" } },
  },
  "a renamed repository": {
    context: {
      checkouts: [{ ...usualCheckout, repository: { id: "app", connectedUrl: "https://forge/acme/site" } }],
    },
  },
  "another installation of its harness": { installation: "/harness-2" },
};
for (const [what, { context, installation }] of Object.entries(different)) {
  test(`a session with ${what} does not adopt the harness, which ends later`, async () => {
    const { pool, adopt, steps, launches, state } = await waitingWorker();
    if (installation !== undefined) state.installation = installation;
    assert.equal(await adopt("second", context), null);
    assert.deepEqual(steps.slice(1), [], "the session does not wait for that");
    await pool.tend();
    assert.deepEqual(steps.slice(1, 3), ["stop wait-101", "remove wait-101"]);
    assert.equal(launches.length, 2, "the next harness waits with the new settings");
    assert.equal(await adopt("third", context), 102);
  });
}

test("a session of another organization does not adopt the harness", async () => {
  const { adopt } = await waitingWorker();
  assert.equal(
    await adopt("second", {
      organization: { ...usualOrganization, id: "other" },
    }),
    null,
  );
  assert.equal(await adopt("third"), 101);
});

test("a session starts as usual if the harness has ended or its folder exists", async () => {
  const ended = await waitingWorker();
  ended.state.isAlive = false;
  assert.equal(await ended.adopt("second"), null);
  const resumed = await waitingWorker();
  resumed.state.hasFolder = true;
  assert.equal(await resumed.adopt("second"), null);
});

test("ends the harness if its session was lost, or its folders could not be moved", async () => {
  const fenced = await waitingWorker();
  fenced.state.isFenced = true;
  await assert.rejects(fenced.adopt("second"), { code: "fenced" });
  assert.deepEqual(fenced.steps.slice(1), ["stop wait-101", "remove wait-101"]);
  const full = await waitingWorker();
  full.state.moveFails = true;
  assert.equal(await full.adopt("second"), 101, "the session keeps the number that is stored");
  assert.deepEqual(full.given, []);
  assert.ok(full.steps.includes("stop wait-101"));
});

for (const [what, change] of [
  ["little memory is available", { hasRoom: false }],
  ["the worker drains", { isDraining: true }],
  ["the harness has ended", { isAlive: false }],
  ["an hour has passed", { nowMs: Date.parse("2026-11-30T13:00:00Z") }],
] as const) {
  test(`ends a waiting harness if ${what}`, async () => {
    const { pool, steps, state } = await waitingWorker();
    Object.assign(state, change, { isBusy: true });
    await pool.tend();
    assert.deepEqual(steps.slice(1), ["stop wait-101", "remove wait-101"]);
  });
}

test("starts none while the worker is busy, if none may wait, or after it was closed", async () => {
  const busy = aWorker();
  busy.state.isBusy = true;
  const off = aWorker({ maxCount: 0 });
  const closed = aWorker();
  await closed.pool.close();
  const fixed = aWorker({ movesWorkspaces: false });
  const late = aWorker({ startsEarly: false });
  for (const { adopt, pool, specs } of [busy, off, closed, fixed, late]) {
    await adopt("first");
    await pool.tend();
    assert.deepEqual(specs, []);
  }
});

test("waits before it repeats a failed start, and leaves nothing of it", async () => {
  const { adopt, pool, steps, state } = aWorker();
  await adopt("first");
  state.launchFails = true;
  await pool.tend();
  await pool.tend();
  const failure = "no harness could start before its session; retrying in ten minutes";
  assert.deepEqual(steps, ["stop wait-101", "remove wait-101", failure]);
  state.launchFails = false;
  state.canPause = false;
  state.nowMs += 11 * 60_000;
  await pool.tend();
  assert.deepEqual(steps.slice(3), ["stop wait-102", "remove wait-102", failure]);
});

test("waits before it repeats a failed start if a session of the same place starts meanwhile", async () => {
  const { adopt, pool, specs, state } = aWorker();
  await adopt("first");
  state.launchFails = true;
  state.beforeLaunch = async () => void (await adopt("second"));
  await pool.tend();
  await pool.tend();
  assert.equal(specs.length, 1);
  state.nowMs += 11 * 60_000;
  await pool.tend();
  assert.equal(specs.length, 2, "control");
});

test("ends all waiting harnesses when it closes", async () => {
  const { pool, steps, adopt } = await waitingWorker();
  await pool.close();
  await pool.close();
  assert.deepEqual(steps.slice(1), ["stop wait-101", "remove wait-101"]);
  assert.equal(await adopt("second"), null);
});

test("removes what killed workers left", async () => {
  const { pool, steps } = aWorker({ maxCount: 0, left: ["wait-dead-1"] });
  await pool.tend();
  await pool.tend();
  assert.deepEqual(steps, ["clear wait-dead-1", "remove wait-dead-1"]);
});

test("waits before it repeats a start after a harness that ended while it waited", async () => {
  const { pool, steps, specs, state } = await waitingWorker();
  state.isAlive = false;
  await pool.tend();
  assert.deepEqual(steps.slice(1), ["stop wait-101", "remove wait-101"]);
  state.isAlive = true;
  await pool.tend();
  assert.equal(specs.length, 1, "a machine without memory may end every harness");
  state.nowMs += 11 * 60_000;
  await pool.tend();
  assert.equal(specs.length, 2);
});

test("removes the folders of a sandbox that cannot be created", async () => {
  const { adopt, pool, steps, state } = aWorker();
  await adopt("first");
  state.createFails = true;
  await pool.tend();
  assert.deepEqual(steps.slice(0, 2), ["clear wait-101", "remove wait-101"]);
});

test("starts no further harness when the first one has taken the memory", async () => {
  const { adopt, pool, specs, state } = aWorker({ maxCount: 2 });
  await adopt("first");
  await adopt("second", {
    organization: { id: "other", settings: {}, permissionPolicy: defaultPermissionPolicy },
  });
  state.takesRoom = true;
  await pool.tend();
  assert.equal(specs.length, 1);
  state.takesRoom = false;
  state.hasRoom = true;
  await pool.tend();
  assert.equal(specs.length, 2, "control: both wait if there is memory");
});

test("ends a sandbox again that could not be ended, and lets the session start", async () => {
  const { adopt, pool, steps, state } = await waitingWorker();
  Object.assign(state, { moveFails: true, stopFails: true });
  assert.equal(await adopt("second"), 101);
  assert.ok(!steps.includes("remove wait-101"));
  Object.assign(state, { moveFails: false, stopFails: false, isBusy: true });
  await pool.tend();
  assert.deepEqual(steps.slice(-2), ["stop wait-101", "remove wait-101"]);
  await pool.tend();
  assert.equal(
    steps.filter((step) => step === "stop wait-101").length,
    2,
    "once it has ended, it is forgotten",
  );
});

test("looks for what killed workers left every ten minutes", async () => {
  const left = ["wait-dead-1"];
  const { pool, steps, state } = aWorker({ maxCount: 0, left });
  await pool.tend();
  left[0] = "wait-dead-2";
  await pool.tend();
  assert.equal(steps.length, 2);
  state.nowMs += 10 * 60_000;
  await pool.tend();
  assert.deepEqual(steps.slice(2), ["clear wait-dead-2", "remove wait-dead-2"]);
});

test("a harness waits after a restart for the sessions of the last hour", async () => {
  const before = aWorker();
  const wishes: WaitingWish[] = [];
  const claim = before.pool.claim.bind(before.pool);
  before.pool.claim = (wish) => {
    wishes.push(wish);
    return claim(wish);
  };
  await before.adopt("first");
  const usedAt = new Date(before.state.nowMs - 60_000);
  const restarted = aWorker({ recalled: wishes.map((wish) => ({ wish, usedAt })) });
  await restarted.pool.tend();
  assert.equal(await restarted.adopt("second"), 101);
  const old = aWorker({ recalled: wishes.map((wish) => ({ wish, usedAt: new Date(0) })) });
  await old.pool.tend();
  assert.deepEqual(old.specs, [], "control: none waits for sessions before that");
});
