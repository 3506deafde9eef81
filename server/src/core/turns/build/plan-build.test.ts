import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { anEnvironment } from "../../../testing/seed-project.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import type { Repository } from "../../forges/index.ts";
import {
  type BuildInputs,
  buildFoundation,
  buildIdentity,
  type ClaimedBuild,
  claimBuild,
  completeBuild,
  completeWithSnapshot,
  failBuild,
  findActiveSnapshot,
  type Project,
  requestBuild,
  requestOccasionally,
} from "../../sessions/index.ts";
import { aProject } from "../../sessions/project/testing/a-project.ts";
import type { BuildContext } from "./build-context.ts";
import { commitsOf } from "./build-inputs.ts";
import { planBuild } from "./plan-build.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const never = new AbortController().signal;
const [first, second] = ["1".repeat(40), "2".repeat(40)];
const platform = { architecture: "x64", cpuFlags: [] };

/** Adds a project with an environment of the commit `first`, whose Dockerfile is in another repository. */
async function setUp() {
  const [code, source] = [await t.addRepository(), await t.addRepository()];
  const project = aProject({ organizationId: t.organizationId, repositoryIds: [code.id] });
  await t.store.projects.insert(project);
  await requestBuild(t, project, {});
  const built = await claim();
  const context = contextOf(built, { code: first, source: first });
  const inputs = inputsOf(context);
  await completeBuild(t, built, {
    ...anEnvironment(),
    identity: buildIdentity(inputs, "an earlier environment"),
    origin: {
      commits: commitsOf([...context.checkouts, context.sourceCheckout!]),
      foundation: buildFoundation(inputs),
      leftIncrements: 3,
    },
    platform,
  });

  /** Claims a refresh of the project half an hour later. */
  async function refresh() {
    await wait(60 * 60_000);
    await requestOccasionally(t, project);
    return claim();
  }
  async function claim() {
    const claimed = await claimBuild(t, "worker");
    assert.equal(claimed?.build.projectId, project.id);
    return claimed!;
  }
  function contextOf(claimed: ClaimedBuild, commits: { readonly code: string; readonly source: string }) {
    const checkout = (repository: Repository, commit: string) => ({ repository, branch: "main", commit });
    return {
      ...{ ...claimed, project },
      ports: { store: t.store, settings: { platform } },
      layers: { find: async () => ({}) },
      output: { add: async () => {} },
      checkouts: [checkout(code, commits.code)],
      sourceCheckout: checkout(source, commits.source),
    } as unknown as BuildContext;
  }
  const plan = (claimed: ClaimedBuild, commits: { readonly code: string; readonly source: string }) => {
    const context = contextOf(claimed, commits);
    return planBuild(context, inputsOf(context), never);
  };
  return { ...{ project, source }, refresh, claim, plan };
}

const inputsOf = ({ build, checkouts }: BuildContext): BuildInputs => ({
  baseDigest: "a base of the same files",
  recipe: build.recipe,
  repositories: checkouts.map(({ repository: { id }, branch, commit }) => ({ id, branch, commit })),
  variables: [],
  secrets: [],
});

async function wait(ms: number): Promise<void> {
  t.clock.set(new Date(t.clock.now().getTime() + ms));
}

const activeOf = async (project: Project) => (await findActiveSnapshot(t, project))!;

test("refreshes on top of the active environment, and again after a canceled build", async () => {
  const { project, refresh, plan } = await setUp();
  const canceled = await refresh();
  assert.equal((await plan(canceled, { code: second, source: first })).kind, "incremental");
  await t.store.projectBuilds.cancel(project.id, canceled.build.id, t.clock.now());
  const repeated = await refresh();
  assert.equal((await plan(repeated, { code: second, source: first })).kind, "incremental");
  await failBuild(t, repeated.lease, "The end.");
});

test("builds everything after a lost worker and after a failed build, and permits no increment on the result", async () => {
  const { claim, refresh, plan } = await setUp();
  const whole = { kind: "whole", canRepeat: false };
  await refresh();
  await wait(120_000);
  const repeated = await claim();
  assert.equal(repeated.lease.attempt, 2, "control");
  assert.deepEqual(await plan(repeated, { code: second, source: first }), whole);
  assert.equal((await plan(repeated, { code: first, source: first })).kind, "known");
  await failBuild(t, repeated.lease, "It took too long.");
  const next = await refresh();
  assert.deepEqual(await plan(next, { code: second, source: first }), whole);
  const manual = { ...next, build: { ...next.build, trigger: "manual" } } as const;
  const requested = await plan(manual, { code: second, source: first });
  assert.deepEqual(requested, { kind: "whole", canRepeat: true }, "control: whole without a failure, too");
  await failBuild(t, next.lease, "The end.");
});

test("knows the environment although an unused file of the Dockerfile's repository changed, and records its commit", async () => {
  const { project, source, refresh, plan } = await setUp();
  const claimed = await refresh();
  const planned = await plan(claimed, { code: first, source: second });
  const active = await activeOf(project);
  assert.deepEqual(planned, { kind: "known", snapshotId: active.id });
  const commits = { ...active.origin!.commits, [source.id]: second };
  await completeWithSnapshot(t, claimed.lease, { snapshotId: active.id, commits });
  assert.deepEqual((await activeOf(project)).origin, { ...active.origin, commits });
  const late = completeWithSnapshot(t, claimed.lease, { snapshotId: active.id, commits: {} });
  await assert.rejects(late, { code: "fenced" });
  assert.deepEqual((await activeOf(project)).origin?.commits, commits);
});
