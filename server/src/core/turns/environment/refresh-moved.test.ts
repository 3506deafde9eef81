import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { rejectOnAbort } from "../../../runtime/on-abort.ts";
import { anEnvironmentOf } from "../../../testing/seed-project.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { dayMs, hourMs, minuteMs } from "../../base/index.ts";
import type { Repository } from "../../forges/index.ts";
import { claimBuild, completeBuild, type Project, requestBuild } from "../../sessions/index.ts";
import { aProject } from "../../sessions/project/testing/a-project.ts";
import type { TurnsPorts } from "../ports.ts";
import { refreshMoved, refreshMovedProjects, startRefresh } from "./refresh-moved.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const never = new AbortController().signal;
const [built, moved] = ["a".repeat(40), "b".repeat(40)];

/**
 * Returns ports whose mirrors and forges have these commits of the branch `main`, by repository ID. The forge of another
 * repository fails after `failsAfterMs`, or does not respond if `isSilent` is true.
 */
function portsWith(
  commits: Readonly<Record<string, string | null>>,
  { isSilent = false, failsAfterMs = 0 } = {},
) {
  const warnings: unknown[] = [];
  const queried: string[] = [];
  const idOf = (mirrorPath: string) => mirrorPath.split("/").at(-1)!.replace(".git", "");
  const ports = {
    ...{ store: t.store, clock: t.clock, settings: { dataDir: "/nowhere" } },
    forges: { local: { connect: () => ({ remote: async ({ id }: Repository) => ({ id }) }) } },
    log: { info() {}, warn: (fields: unknown) => void warnings.push(fields), error() {} },
    git: {
      findRemoteCommit: async (
        { remote: { id }, branch }: { readonly remote: { readonly id: string }; readonly branch: string },
        signal: AbortSignal,
      ) => {
        queried.push(id);
        if (id in commits) return branch === "main" ? commits[id] : null;
        if (isSilent) return rejectOnAbort(new Promise<never>(() => {}), signal);
        wait(failsAfterMs);
        throw new Error("The forge is not reachable.");
      },
      findCommit: async ({ mirrorPath, ref }: { readonly mirrorPath: string; readonly ref: string }) =>
        ref === "main" ? (commits[idOf(mirrorPath)] ?? null) : null,
    },
  } as unknown as TurnsPorts;
  return { ports, warnings, queried };
}

const wait = (ms: number) => t.clock.set(new Date(t.clock.now().getTime() + ms));

/** Creates a project whose environment was built an hour ago from the commit `built` of each repository. */
async function setUp(change: Partial<Project> = {}, count = 1) {
  const { organizationId } = { organizationId: t.organizationId, ...change };
  const repositories: Repository[] = [];
  while (repositories.length < count)
    repositories.push(await t.addRepository({ organizationId, enabledAt: someTime, defaultBranch: "main" }));
  const repositoryIds = repositories.map(({ id }) => id);
  const project = aProject({ organizationId, refreshesOnChange: true, repositoryIds, ...change });
  await t.store.projects.insert(project);
  await requestBuild(t, project, {});
  const commits = Object.fromEntries(repositoryIds.map((id) => [id, built]));
  await completeBuild(t, await claimOf(project.id), anEnvironmentOf(commits));
  wait(hourMs);
  return { repository: repositories[0]!, repositoryIds, project };
}

/** Claims builds until one of the project is claimed, so that builds of other tests do not disturb. */
async function claimOf(projectId: string) {
  for (;;) {
    const claimed = (await claimBuild(t, "worker"))!;
    if (claimed.build.projectId === projectId) return claimed;
  }
}

const countBuilds = async ({ id }: Project) =>
  (await t.store.projectBuilds.list(id, { limit: 9 })).items.length;

test("requests a build if a turn finds that the base branch has moved", async () => {
  const { repository, project } = await setUp();
  const check = (commit: string | null) =>
    refreshMoved(portsWith({ [repository.id]: commit }).ports, project, [repository], never);
  assert.equal(await check(built), false);
  assert.equal(await check(null), false, "a deleted branch");
  assert.equal(await countBuilds(project), 1);
  assert.equal(await check(moved), true);
  assert.equal(await check(moved), false, "at most one in 30 minutes");
  assert.equal(await countBuilds(project), 2);
});

test("requests no build of a project without refresh, or for a repository that is not part of it", async () => {
  const { repository, project } = await setUp();
  const other = await t.addRepository({ enabledAt: someTime });
  const { ports } = portsWith({ [repository.id]: moved, [other.id]: moved });
  const without = { ...project, refreshesOnChange: false };
  assert.equal(await refreshMoved(ports, without, [repository], never), false);
  assert.equal(await refreshMoved(ports, project, [other], never), false);
  assert.equal(await refreshMoved(ports, project, [repository], never), true, "control");
});

test("checks all projects once a day, and continues after a failure", async () => {
  const failing = await setUp();
  const same = await setUp();
  const changed = await setUp();
  const without = await setUp({ refreshesOnChange: false });
  const commits = {
    [same.repository.id]: built,
    [changed.repository.id]: moved,
    [without.repository.id]: moved,
  };
  const { ports, warnings } = portsWith(commits);
  await refreshMovedProjects(ports, startRefresh(t), never);
  const counts = [];
  for (const { project } of [failing, same, changed, without]) counts.push(await countBuilds(project));
  assert.deepEqual(counts, [1, 1, 2, 1]);
  assert.ok(warnings.some((fields) => (fields as { projectId?: string }).projectId === failing.project.id));
});

test("continues with the next project if a forge does not respond, and there after an interruption", {
  timeout: 20_000,
}, async () => {
  const silent = await setUp();
  const changed = await setUp();
  const { ports, queried } = portsWith({ [changed.repository.id]: moved }, { isSilent: true });
  const progress = startRefresh(t);
  // The timer of a signal does not keep the process running.
  const timer = setTimeout(() => {}, 20_000);
  try {
    assert.equal(await refreshMovedProjects(ports, progress, never, 20), 1);
  } finally {
    clearTimeout(timer);
  }
  assert.equal(await countBuilds(changed.project), 2);
  assert.ok(queried.includes(silent.repository.id), "control");
  queried.length = 0;
  await refreshMovedProjects(ports, progress, never, 20);
  assert.deepEqual(queried, []);
});

test("queries no further repository of a project after the first difference", async () => {
  const { project, repositoryIds } = await setUp({}, 3);
  const moves = portsWith(Object.fromEntries(repositoryIds.map((id) => [id, moved])));
  await refreshMovedProjects(moves.ports, startRefresh(t), never);
  assert.equal(await countBuilds(project), 2);
  const isOwn = (id: string) => repositoryIds.includes(id);
  assert.equal(moves.queried.filter(isOwn).length, 1);
  wait(hourMs);
  const same = portsWith(Object.fromEntries(repositoryIds.map((id) => [id, built])));
  await refreshMovedProjects(same.ports, startRefresh(t), never);
  assert.equal(same.queried.filter(isOwn).length, 3, "control");
});

test("spends ten minutes on an organization, and starts with its other projects the next day", async () => {
  const organizationId = await t.addOrganization();
  const failing: string[] = [];
  for (let count = 0; count < 7; count += 1) failing.push((await setUp({ organizationId })).repository.id);
  const other = await setUp({ organizationId: await t.addOrganization() });
  const check = async () => {
    const { ports, queried } = portsWith({ [other.repository.id]: moved }, { failsAfterMs: 2 * minuteMs });
    const progress = startRefresh(t);
    await refreshMovedProjects(ports, progress, never);
    const own = queried.filter((id) => failing.includes(id));
    queried.length = 0;
    await refreshMovedProjects(ports, progress, never);
    assert.deepEqual(queried, [], "a repeated step has the same limit");
    return own;
  };
  const first = await check();
  assert.equal(first.length, 5);
  assert.equal(await countBuilds(other.project), 2, "another organization has a limit of its own");
  wait(dayMs);
  const second = await check();
  assert.equal(second.length, 5);
  assert.deepEqual(new Set([...first, ...second]), new Set(failing));
  assert.deepEqual(second.slice(2), first.slice(0, 3), "the project that was checked longest ago is next");
});

test("passes on the reason of a check that is stopped", async () => {
  await setUp();
  const { ports } = portsWith({}, { isSilent: true });
  const stopped = AbortSignal.abort(new Error("Stop."));
  await assert.rejects(refreshMovedProjects(ports, startRefresh(t), stopped), { message: "Stop." });
});
