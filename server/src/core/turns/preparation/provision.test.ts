import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { modelProviders } from "../../../broker/model/provider/plug-ins.ts";
import { anEnvironmentOf } from "../../../testing/seed-project.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { createLogMask, hourMs, ignoreMeasurements, ignoreSpans, newId } from "../../base/index.ts";
import type { Git, Repository } from "../../forges/index.ts";
import type { Ports } from "../../ports.ts";
import {
  claimBuild,
  completeBuild,
  type Environment,
  findActiveSnapshot,
  type Project,
  requestBuild,
} from "../../sessions/index.ts";
import { aProject } from "../../sessions/project/testing/a-project.ts";
import { claudeCodeInfo } from "../../sessions/session/testing/claude-code-info.ts";
import { claimTurn } from "../turn/claim/claim-turn.ts";
import { environmentOf } from "../turn/open-in-environment.ts";
import { sandboxFingerprint } from "../turn/open-warm-sandbox.ts";
import type { PreparedWork } from "./preparations.ts";
import { provision } from "./provision.ts";
import { workFingerprint } from "./work-fingerprint.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const never = new AbortController().signal;
const [built, moved] = ["a".repeat(40), "b".repeat(40)];

async function build(project: Project, environment: Environment): Promise<void> {
  await requestBuild(t, project, {});
  let claimed = (await claimBuild(t, "worker"))!;
  // Other tests leave builds of their projects.
  while (claimed.build.projectId !== project.id) claimed = (await claimBuild(t, "worker"))!;
  await completeBuild(t, claimed, environment);
}

/** Starts a turn of a project's new session, whose prepared work has the commit `moved` of each repository. */
async function aTurn(repositories: readonly Repository[], git: Partial<Git>) {
  const project = aProject({
    ...{ organizationId: t.organizationId, refreshesOnChange: true },
    repositoryIds: repositories.map(({ id }) => id),
  });
  await t.store.projects.insert(project);
  await build(project, anEnvironmentOf(Object.fromEntries(repositories.map(({ id }) => [id, built]))));
  t.clock.set(new Date(t.clock.now().getTime() + hourMs));

  const done: string[] = [];
  let work: PreparedWork | null = null;
  const ports = {
    ...{
      store: t.store,
      clock: t.clock,
      logMask: createLogMask(),
      measure: ignoreMeasurements,
      trace: ignoreSpans,
      modelProviders,
    },
    log: { info() {}, warn() {}, error() {} },
    forges: { local: { connect: () => ({}) } },
    harnesses: { list: () => [claudeCodeInfo] },
    workspaces: { ownerOf: () => ({ uid: 1, gid: 1 }) },
    preparations: {
      claim: async () => work,
      finish: async () => void done.push("finish"),
      abandon: async () => void done.push("abandon"),
    },
    git: { findCommit: async () => moved, ...git },
    settings: {
      ...{ dataDir: "/nowhere", publicUrl: "http://localhost", operatorProviders: [] },
      machine: { cpus: 2, memoryBytes: 2 ** 33 },
      machineId: newId(),
    },
  } as unknown as Ports;
  const session = await t.addSession({ projectId: project.id }, repositories);
  const context = (await claimTurn(ports, await t.addTurn(session.id)))!;
  assert.ok(context !== null);
  const snapshot = await findActiveSnapshot(ports, project);
  work = {
    fingerprint: workFingerprint(context, snapshot),
    baseShas: new Map(repositories.map(({ id }) => [id, moved])),
    fetchAgain: async () => true,
  };
  return { context, project, done };
}

test("requests a build if a turn with prepared work finds that a base branch has moved", async () => {
  const repository = await t.addRepository({ enabledAt: someTime, defaultBranch: "main" });
  const { context, project, done } = await aTurn([repository], { nameCheckout: async () => ({}) });
  const { heads, isNew } = await provision(context, never);
  assert.deepEqual(
    { heads, isNew, done },
    { heads: { [repository.id]: moved }, isNew: true, done: ["finish"] },
  );
  assert.equal((await t.store.projectBuilds.findPending(project.id))?.trigger, "scheduled");
});

test("abandons prepared work only after host git has left all of its checkouts", async () => {
  const repositories = [await t.addRepository(), await t.addRepository()];
  const events: string[] = [];
  let calls = 0;
  const { context, done } = await aTurn(repositories, {
    nameCheckout: async (_, signal) => {
      calls += 1;
      if (calls === 1) throw new Error("The disk is full.");
      // Host git needs a moment to stop.
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`left after ${done.length} steps, ${signal.aborted}`);
      return {};
    },
    fetchMirror: async () => {
      throw new Error("The end.");
    },
  });
  await assert.rejects(provision(context, never));
  assert.deepEqual(events, ["left after 0 steps, true"]);
  assert.deepEqual(done, ["abandon"]);
});

test("another value of a secret gives prepared work and a warm sandbox another fingerprint", async () => {
  const { context } = await aTurn([await t.addRepository()], {});
  const wish = { readOnlyPaths: [], isWorkspaceReadOnly: false, system: null };
  const withSecrets = (value: string, token: string) => ({
    ...context,
    secrets: {
      environment: { PASSWORD: value },
      bound: [{ value: token, header: "authorization", prefix: "", rules: [] }],
      values: [],
    },
  });
  const fingerprints: readonly ((value: string, token: string) => string)[] = [
    (value, token) => workFingerprint(withSecrets(value, token), null),
    (value, token) => sandboxFingerprint(withSecrets(value, token), wish),
  ];
  for (const fingerprint of fingerprints) {
    const first = fingerprint("old", "old-token");
    assert.notEqual(fingerprint("new", "old-token"), first);
    assert.notEqual(fingerprint("old", "new-token"), first);
    assert.equal(fingerprint("old", "old-token"), first, "control");
  }
});

test("another snapshot or another set of read-only paths gives another fingerprint", async () => {
  const { context } = await aTurn([await t.addRepository()], {});
  assert.notEqual(workFingerprint(context, { id: "first" }), workFingerprint(context, { id: "second" }));
  const wish = { readOnlyPaths: [], isWorkspaceReadOnly: false, system: null };
  const others = [
    { ...wish, readOnlyPaths: ["/opt/tools"] },
    { ...wish, isWorkspaceReadOnly: true },
  ];
  for (const other of others)
    assert.notEqual(sandboxFingerprint(context, other), sandboxFingerprint(context, wish));
  assert.equal(sandboxFingerprint(context, { ...wish }), sandboxFingerprint(context, wish), "control");
});

test("a running session keeps the layers of its snapshot after a newer build", async () => {
  const { context, project } = await aTurn([await t.addRepository()], {});
  const first = (await findActiveSnapshot(context.ports, project))!;
  await t.store.sessions.setSnapshot(context.lease, first.id, context.session.number);
  const layers = [`sha256:${"d".repeat(64)}`];
  const newer = { ...anEnvironmentOf({}), identity: "e".repeat(64), layers };
  await build(project, newer);
  assert.deepEqual((await findActiveSnapshot(context.ports, project))!.layers, layers, "control");
  const kept = await environmentOf(context);
  assert.deepEqual([kept?.id, kept?.layers], [first.id, first.layers]);
  assert.notDeepEqual(first.layers, layers);
});
