import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Edge, startEdge } from "../../support/api-edge.ts";
import { ofType } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import { projectWith } from "./run-build.ts";

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

const promptFor = (command: string) => `Look. SCRIPT(bash(${JSON.stringify(command)}), say("Done."))`;

async function sessionIn(projectId: string, command: string) {
  const { id } = await edge.client.session.create({
    prompt: promptFor(command),
    codeRepoIds: [],
    projectId,
  });
  return edge.ended(id);
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
  await edge.client.session.messages.create(id, { content: promptFor('cat "$HOME/stored"') });
  assert.match(resultsOf(await edge.ended(id, 2)).at(-1) ?? "", /^"stored/);
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
