import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Edge, eventually, startEdge } from "../../support/api-edge.ts";
import { API_KEY, assertSeamless, ofType, pushFiles, sandboxProcesses } from "../../support/index.ts";
import { outcomeText, prepareSession, untilLogged } from "../../support/prepared.ts";
import { resultsOf } from "../../support/tool-results.ts";
import { buildOf, damageLayers, projectWith } from "./run-build.ts";
import { promptFor } from "./run-session.ts";

let edge: Edge;
before(async () => {
  edge = await startEdge();
  // The first session installs the harness.
  const { id } = await edge.client.session.create({ prompt: 'Begin. SCRIPT(say("Ready."))' });
  await edge.ended(id);
});
after(async () => {
  await edge.close();
});

const LOOK = "cat ../beside.txt ~/marks extra.txt; git status --short; git branch --show-current; ls -A ..";

const setupScript = "echo built > beside.txt; echo home > ~/marks; cd app; echo extra > extra.txt";

/** Creates a project with a built environment, and returns the options of its sessions. */
async function built(settings: object = {}, files: Readonly<Record<string, string>> = { "a.txt": "1\n" }) {
  const repository = await edge.repository(`prepared-${++count}/app`, files);
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    setupScript,
    ...settings,
  });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  const options = { agent: "claudeCode", codeRepoIds: [repository.id], projectId: project.id };
  return { repository, project, options };
}
let count = 0;

/** Runs a session to its end. */
async function run(options: object, preparedId: string, command = LOOK) {
  const { id } = await edge.client.session.create({ prompt: promptFor(command), ...options, preparedId });
  const events = await edge.ended(id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  assertSeamless(events);
  return { id, events, output: resultsOf(events).join("\n"), notices: noticesOf(events) };
}

const noticesOf = (events: Parameters<typeof ofType>[0]) =>
  ofType(events, "notice").map(({ eventData }) => eventData.message);
const sessionFolder = (id: string) => join(edge.dataDir, "sessions", id);
const isRunning = async () => (await sandboxProcesses(edge.uidBase)).length > 0;
const isRemoved = (id: string) =>
  eventually(
    async () =>
      !existsSync(sessionFolder(id)) && !existsSync(sessionFolder(`${id}.env`)) && !(await isRunning()),
  );
const isCopied = () =>
  eventually(async () => {
    const names = await readdir(join(edge.dataDir, "copies")).catch(() => [] as string[]);
    return names.some((name) => name.includes(".copy-"));
  });

test("prepares the environment, the checkout and the harness, and the session uses them", async () => {
  const { options, project } = await built();
  await edge.client.projects.update(project.id, { warmPoolEnabled: true });
  await isCopied();
  const preparedId = await prepareSession(edge, options);
  assert.ok(await isRunning(), "the harness has started");
  assert.ok(existsSync(join(sessionFolder(preparedId), "workspace", "beside.txt")));
  await assert.rejects(edge.client.session.retrieve(preparedId), { status: 404 });

  const { id, output, notices, events } = await run(options, preparedId);
  assert.equal(id, preparedId);
  await untilLogged(edge, preparedId, outcomeText("used"));
  assert.match(output, /built\\nhome\\nextra\\ntembo\/look-[^ ]+\\napp\\nbeside\.txt"?$/m);
  assert.deepEqual(notices, []);
  assert.equal(ofType(events, "turn.step").length, 2, "provision and work");
  const { rows } = await edge.pool.query("select snapshot_id from sessions where id = $1", [id]);
  const { items } = await edge.client.projects.snapshots.list(project.id);
  assert.equal(rows[0].snapshot_id, items.find(({ isActive }) => isActive)?.id);

  await edge.client.session.messages.create(id, { content: promptFor("cat extra.txt") });
  assert.match(resultsOf(await edge.ended(id, 2)).at(-1)!, /extra/);
  await isCopied();
  await edge.client.projects.update(project.id, { warmPoolEnabled: false });
});

test("removes the environment's files if the work is not used, or if the server is killed", async () => {
  const { options } = await built();
  const first = await prepareSession(edge, options);
  const second = await prepareSession(edge, { ...options, agentOptions: { mode: "planning" } });
  await untilLogged(edge, first, outcomeText("discarded"));
  await eventually(() => Promise.resolve(!existsSync(sessionFolder(first))));

  await edge.tembo.kill();
  await edge.restart();
  await isRemoved(second);
  const prepared = await prepareSession(edge, options);
  const { id } = await edge.client.session.create({
    prompt: promptFor(LOOK),
    ...options,
    preparedId: prepared,
  });
  await edge.tembo.kill();
  await edge.restart();
  assert.equal(id, prepared);
  const events = await edge.ended(id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  assert.match(resultsOf(events).join("\n"), /built\\nhome\\nextra/);

  const { id: begun } = await edge.client.session.prepare(options);
  await eventually(() =>
    Promise.resolve(existsSync(sessionFolder(begun!)) || existsSync(sessionFolder(`${begun}.env`))),
  );
  await edge.tembo.kill();
  await edge.restart();
  await isRemoved(begun!);
});

test("starts from a newer environment if it became active after the work was prepared", async () => {
  const { options, project } = await built();
  const preparedId = await prepareSession(edge, options);
  await edge.client.projects.update(project.id, {
    setupScript: setupScript.replace("built", "newer"),
  });
  assert.equal((await buildOf(edge, project.id)).status, "completed");
  const { id, output } = await run(options, preparedId);
  assert.equal(id, preparedId);
  assert.match(output, /newer\\nhome\\nextra/);
  await untilLogged(edge, preparedId, outcomeText("discarded"));
  assert.match((await run(options, await prepareSession(edge, options))).output, /newer/);
});

test("starts the harness after the prompt if the build left configuration for it", async () => {
  const hook = JSON.stringify({
    hooks: { SessionStart: [{ hooks: [{ type: "command", command: "touch ~/hook-ran" }] }] },
  });
  const { options } = await built({
    setupScript: `${setupScript}; mkdir ~/.claude; echo '${hook}' > ~/.claude/settings.json`,
  });
  const preparedId = await prepareSession(edge, options);
  const ran = join(sessionFolder(preparedId), "home", "hook-ran");
  assert.ok(!(await isRunning()), "only the workspace and the sandbox are prepared");
  assert.ok(!existsSync(ran));
  await run(options, preparedId);
  await untilLogged(edge, preparedId, outcomeText("used"));
  assert.ok(existsSync(ran), "control: the harness runs the hook in the turn");
});

test("runs no service, start script or dependency command before the prompt", async () => {
  const service = { name: "marker", command: "echo service >> ~/marks; sleep 600", ready: null };
  const services = await built({ services: [service] });
  const withServices = await prepareSession(edge, services.options);
  assert.ok(await isRunning(), "a harness may start before services");
  const used = await run(services.options, withServices);
  await untilLogged(edge, withServices, outcomeText("used"));
  assert.match(used.output, /built\\nhome\\nservice\\nextra/, "the service started once, before the prompt");

  const scripted = await built({ startScript: "echo started >> ~/marks" });
  const withScript = await prepareSession(edge, scripted.options);
  assert.ok(!(await isRunning()));
  assert.match((await run(scripted.options, withScript)).output, /built\\nhome\\nstarted\\nextra/);
  await untilLogged(edge, withScript, outcomeText("used"));

  const locked = await built();
  await pushFiles(locked.repository.url, API_KEY, "main", { "bun.lock": "x\n" }, "Lock");
  const outdated = await prepareSession(edge, locked.options);
  assert.ok(!(await isRunning()));
  assert.match((await run(locked.options, outdated)).notices.join("\n"), /bun\.lock has changed/);
  await untilLogged(edge, outdated, outcomeText("used"));
});

test("prepares nothing from a damaged environment, and the turn reports it", async () => {
  const { options } = await built();
  await damageLayers(edge);
  const { id: preparedId } = await edge.client.session.prepare(options);
  await untilLogged(edge, preparedId!, "nothing was prepared");
  await isRemoved(preparedId!);
  const { notices } = await run(options, preparedId!, "ls -A ..");
  assert.match(notices.join("\n"), /starts without the environment/);
});
