import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { APIError } from "@tembo-io/sdk";
import { steps } from "../../scripted-model/server.ts";
import { startMcpServer, stdioServer } from "../../support/hosts/mcp-server.ts";
import { ofType, startWorld, type World } from "../../support/index.ts";
import { runTembo } from "../../support/programs/run-tembo.ts";
import { resultsOf } from "../../support/tool-results.ts";

const TOKEN = "mcp-Zk9tq-token-7731";
/**
 * Shell expression that assembles the value. No command contains the value itself. Otherwise, the search would find its
 * own command in a transcript.
 */
const JOINED = `"$(printf %s%s ${TOKEN.slice(0, 9)} ${TOKEN.slice(9)})"`;

let world: World;
let remote: Awaited<ReturnType<typeof startMcpServer>>;
let repositoryUrl: string;

before(async () => {
  remote = await startMcpServer("127.0.0.4", TOKEN);
  world = await startWorld({
    env: { TEMBO_PRIVATE_HOSTS: remote.place, NODE_EXTRA_CA_CERTS: remote.certificatePath },
  });
  ({ url: repositoryUrl } = await world.repository("mcp/app", { "teller.cjs": stdioServer }));
});
after(async () => {
  await world.close();
  await remote.close();
});

async function run(prompt: string, mcpServers: string[], script: Parameters<World["model"]["script"]>[1]) {
  world.model.script(prompt, script);
  const session = await world.client.session.create({ prompt, mcpServers, repositories: [repositoryUrl] });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  return events;
}

test("runs an MCP server with its variables in the sandbox for the harness", async () => {
  const added = await runTembo(world, [
    "mcp",
    "add",
    "Teller",
    "--env",
    "FLAVOUR=vanilla-pod",
    "--",
    "node",
    "teller.cjs",
  ]);
  assert.equal(added.code, 0, added.output);
  const events = await run(
    "Ask the teller.",
    ["Teller"],
    [steps.mcp("teller", "tell", { name: "FLAVOUR" }), steps.say("Told.")],
  );
  // A connection's variable is secret. The MCP server can use the variable, and its value is masked.
  assert.match(resultsOf(events)[0]!, /It is \[secret Teller FLAVOUR\]/);
});

test("connects a remote MCP server with a credential that is hidden from the sandbox", async () => {
  const url = `https://${remote.place}/mcp`;
  const added = await runTembo(
    world,
    ["mcp", "add", "greeter", "--server", url, "--header", "Authorization", "--prefix", "Bearer "],
    `${TOKEN}\n`,
  );
  assert.equal(added.code, 0, added.output);
  const tested = await runTembo(world, ["mcp", "test", "greeter"]);
  assert.equal(tested.code, 0, tested.output);
  const listed = await runTembo(world, ["mcp", "list"]);
  assert.match(listed.output, /greeter\tremote\thttps/);
  assert.ok(!listed.output.includes(TOKEN));

  const hunt = [
    `v=${JOINED}`,
    'env | grep -cF -e "$v"',
    // Collects process data before the search, because the search has the value in its own command line.
    "all=$(cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n')",
    'printf %s "$all" | grep -acF -e "$v"',
    'grep -rlaF -e "$v" "$HOME" /workspace /tmp /run 2>/dev/null | wc -l',
  ].join("; ");
  const events = await run(
    "Greet.",
    ["greeter"],
    [steps.mcp("greeter", "greet", { name: "Ada" }), steps.bash(hunt), steps.say("Greeted.")],
  );
  const [greeted, hunted] = resultsOf(events);
  assert.match(greeted!, /Hello Ada/);
  assert.ok(!JSON.stringify(events).includes(TOKEN));
  assert.match(hunted!, /0\\n0\\n0/);
  assert.deepEqual(remote.calls, ["Ada"]);
});

test("control: a session that does not name an MCP server cannot reach the server's host", async () => {
  const before = remote.requests.length;
  const events = await run(
    "Reach it anyway.",
    [],
    [steps.bash(`curl -sS https://${remote.place}/mcp; echo "code $?"`), steps.say("Tried.")],
  );
  assert.equal(remote.requests.length, before);
  assert.equal(ofType(events, "egress.denied").length, 1);
});

test("rejects an unknown connection name when the session is created", async () => {
  await assert.rejects(world.client.session.create({ prompt: "Go.", mcpServers: ["nobody"] }), {
    status: 400,
    message: /no MCP connection with this name is available/,
  });
});

test("reports that remote MCP servers are unavailable in a session without network access", async () => {
  world.model.script("Without network.", [steps.say("Done.")]);
  const session = await world.client.session.create({
    prompt: "Without network.",
    mcpServers: ["greeter"],
    egress: { preset: "none", allow: [] },
  });
  const notices = ofType(await world.ended(session.id), "notice").map(({ eventData }) => eventData.message);
  assert.ok(
    notices.some((message) => /no network access/.test(message)),
    notices.join("\n"),
  );
});

test("rejects OAuth for an MCP server, and names the field to remove", async () => {
  const server = { type: "remote", name: "oauth", serverUrl: `https://${remote.place}/mcp` } as const;
  const rejected = { authType: "oauth", clientId: "an-id", clientSecret: "a-secret" } as const;
  for (const [field, value] of Object.entries(rejected))
    await assert.rejects(
      world.client.mcpConnections.create({ ...server, [field]: value } as typeof server),
      (error) =>
        error instanceof APIError &&
        error.field === field &&
        /remove "clientId" and "clientSecret"/.test(error.message),
    );
});

test("the connection test reports an invalid token without revealing it", async () => {
  const { connection } = await world.client.mcpConnections.create({
    type: "remote",
    name: "wrong",
    serverUrl: `https://${remote.place}/mcp`,
    headers: { authorization: "Bearer wrong-Zk9tq" },
  });
  assert.deepEqual([connection.authType, connection.headerKeys], ["static_headers", ["authorization"]]);
  const failure = await world.client.mcpConnections.test(connection.id).catch((error: Error) => error);
  assert.match(String(failure), /401\. Check the headers/);
  assert.ok(!String(failure).includes("Zk9tq"));
  const changed = await world.client.mcpConnections.update(connection.id, {
    type: "remote",
    serverUrl: `https://${remote.place}/other`,
  });
  assert.deepEqual(changed.headerKeys, [], "a new URL does not keep the credential of the old one");
  const removed = await runTembo(world, ["mcp", "remove", "wrong"]);
  assert.equal(removed.code, 0, removed.output);
});
