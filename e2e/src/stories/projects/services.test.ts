import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Edge, eventually, startEdge } from "../../support/api-edge.ts";
import { ofType } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import { projectWith } from "./run-build.ts";
import { nextTurn, promptFor, sessionWith } from "./run-session.ts";

let edge: Edge;
before(async () => {
  edge = await startEdge();
});
after(async () => {
  await edge.close();
});

const serving = (port: number, text: string) =>
  `node -e 'require("http").createServer((_, r) => r.end("${text}")).listen(${port}, "127.0.0.1")'`;
const get = (port: number) => `curl -s --noproxy "*" http://127.0.0.1:${port}; echo`;

async function sessionIn(projectId: string, command: string) {
  return (await sessionWith(edge, command, { codeRepoIds: [], projectId })).events;
}

test("starts services in order and then the start script, whose background programs keep running", async () => {
  const project = await projectWith(edge, {
    services: [
      { name: "first", command: `sleep 1; touch /tmp/first; ${serving(8123, "one")}`, ready: { tcp: 8123 } },
      {
        name: "second",
        command: `test -e /tmp/first && touch /tmp/second; sleep 600`,
        ready: { command: "test -e /tmp/second" },
      },
    ],
    startScript: `${serving(8124, "two")} &\ntest -e /tmp/second && echo after-services > "$HOME/started"`,
  });
  const events = await sessionIn(project.id, `cat "$HOME/started"; ${get(8123)}; sleep 1; ${get(8124)}`);
  assert.match(resultsOf(events).join("\n"), /after-services\\none\\ntwo/);
  assert.deepEqual(
    ofType(events, "service.changed").map(({ eventData: { name, state, port } }) => [name, state, port]),
    [
      ["first", "started", 8123],
      ["first", "ready", 8123],
      ["second", "started", null],
      ["second", "ready", null],
    ],
  );
});

test("ends services with SIGTERM, so that the next turn finds what they stored", async () => {
  const command = `trap 'echo stored > "$HOME/stored"; exit 0' TERM; touch /tmp/up; sleep 600 & wait`;
  const project = await projectWith(edge, {
    services: [{ name: "db", command, ready: { command: "test -e /tmp/up" } }],
  });
  const [created] = await sessionIn(project.id, "echo first");
  const id = created!.sessionId;
  assert.match(await nextTurn(edge, id, 'cat "$HOME/stored"'), /^"stored/);
});

test("fails the turn if a service exits before it is ready, with its masked last lines", async () => {
  const project = await projectWith(edge, {
    services: [{ name: "db", command: 'echo "cannot open $TOKEN"; exit 3', ready: { tcp: 8125 } }],
  });
  const secrets = [{ key: "TOKEN", value: "sesame-service-1", scope: "buildAndRun" as const }];
  await edge.client.projects.environmentVariables.create(project.id, { secrets });
  const events = await sessionIn(project.id, "echo never");
  const [failed] = ofType(events, "turn.failed");
  assert.equal(failed?.eventData.error.code, "service_failed");
  assert.match(
    failed?.eventData.error.message ?? "",
    /^The service db exited with code 3 before it was ready\..*cannot open \[secret TOKEN\]/s,
  );
  assert.ok(!JSON.stringify(events).includes("sesame-service"));
});

test("reports a start script that fails, and continues", async () => {
  const project = await projectWith(edge, { startScript: "echo broken; exit 4" });
  const events = await sessionIn(project.id, "echo ran");
  assert.match(resultsOf(events).join("\n"), /ran/);
  const notices = ofType(events, "notice").map(({ eventData }) => eventData.message);
  assert.ok(
    notices.some((text) => /start script exited with code 4\.\s+broken/.test(text)),
    notices.join(),
  );
});

test("shows the state and the log of each service during the turn and after the sandbox stopped", async () => {
  const command = 'touch /tmp/up; echo "up with $TOKEN"; trap "echo stored; exit 0" TERM; sleep 600 & wait';
  const project = await projectWith(edge, {
    services: [
      { name: "db", command, ready: { command: "test -e /tmp/up" } },
      { name: "web", command: `echo serving; ${serving(8126, "one")}`, ready: { tcp: 8126 } },
      { name: "dies", command: "echo out of memory >&2; exit 3" },
    ],
  });
  const secrets = [{ key: "TOKEN", value: "sesame-service-2", scope: "buildAndRun" as const }];
  await edge.client.projects.environmentVariables.create(project.id, { secrets });
  const { id } = await edge.client.session.create({
    prompt: promptFor('until test -e "$HOME/go"; do sleep 0.1; done'),
    codeRepoIds: [],
    projectId: project.id,
  });
  const { services } = edge.client.session;
  const states = async () => (await services.list(id)).items.map(({ name, state }) => `${name} ${state}`);
  const log = async (name: string) => (await services.log(id, name)).text;
  const followed = (async () => {
    let text = "";
    const items = services.followLog(id, "db");
    for (let next = await items.next(); ; next = await items.next()) {
      if (next.done) return { text, state: next.value };
      text += next.value;
    }
  })();

  await eventually(async () => `${await states()}` === "db ready,web ready,dies exited");
  const [, web, dies] = (await services.list(id)).items;
  assert.deepEqual([web?.port, dies?.exitCode, dies?.port], [8126, 3, null]);
  assert.ok(web?.readyMs !== null && dies?.changedAt !== null);
  await eventually(async () => (await log("db")) === "up with [secret TOKEN]\n");
  assert.equal(await log("dies"), "out of memory\n");

  await writeFile(join(edge.dataDir, "sessions", id, "home", "go"), "");
  await edge.ended(id);
  await eventually(async () => `${await states()}` === "db stopped,web stopped,dies exited");
  assert.deepEqual(await services.log(id, "db"), {
    name: "db",
    text: "up with [secret TOKEN]\nstored\n",
    isCut: false,
  });
  assert.equal((await services.log(id, "db", { maxBytes: 10 })).text, "stored\n");
  assert.deepEqual(await followed, { text: "up with [secret TOKEN]\nstored\n", state: "stopped" });
});

test("shows services that have not started yet, and rejects the log of another name", async () => {
  const project = await projectWith(edge, { services: [{ name: "db", command: "sleep 600" }] });
  const { id } = await edge.client.session.create({
    prompt: "Later.",
    codeRepoIds: [],
    projectId: project.id,
    queueRightAway: false,
  });
  const { services } = edge.client.session;
  const [db] = (await services.list(id)).items;
  assert.deepEqual([db?.name, db?.state, db?.startedAt], ["db", "stopped", null]);
  assert.deepEqual(await services.log(id, "db"), { name: "db", text: "", isCut: false });
  await assert.rejects(services.log(id, "other"), /The session has no service other/);
  await assert.rejects(services.followLog(id, "other").next(), /The session has no service other/);
  const { id: plain } = await edge.client.session.create({ prompt: "Later.", queueRightAway: false });
  assert.deepEqual((await services.list(plain)).items, []);
});
