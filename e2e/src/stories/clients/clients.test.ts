import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { API_KEY, remoteFile, startWorld, type World } from "../../support/index.ts";
import { runTembo } from "../../support/programs/run-tembo.ts";

const run = promisify(execFile);
const headers = { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" };

let world: World;
let repositoryUrl: string;
let mcp: Client;

before(async () => {
  world = await startWorld();
  ({ url: repositoryUrl } = await world.repository("clients/app", { "a.txt": "one\n" }));
  mcp = new Client({ name: "story", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL(`${world.url}/mcp?allow-writes=true`), {
    requestInit: { headers },
  });
  await mcp.connect(transport);
});
after(async () => {
  await mcp.close();
  await world.close();
});

interface Task {
  readonly prompt: string;
  readonly repositories: string[];
}

async function callTool(name: string, input: Record<string, unknown>) {
  const { content, isError } = await mcp.callTool({ name, arguments: input });
  const { text } = (content as [{ text: string }])[0];
  assert.notEqual(isError, true, text);
  return JSON.parse(text);
}

async function published() {
  const { default: Published } = await import("tembo-sdk-published");
  return new Published({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
}

async function curl(path: string, body?: object) {
  const args = [
    "--fail-with-body",
    "-sS",
    `${world.url}${path}`,
    ...Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
    ...(body === undefined ? [] : ["-d", JSON.stringify(body)]),
  ];
  return JSON.parse((await run("curl", args)).stdout);
}

async function command(...args: string[]) {
  const { code, output } = await runTembo(world, [...args, "--json"]);
  assert.equal(code, 0, output);
  return JSON.parse(output);
}

/**
 * Operations of each client: one creates a task, and the other returns the IDs of the sessions whose prompt contains a
 * text.
 */
const clients: Readonly<
  Record<string, { create(task: Task): Promise<string>; search(words: string): Promise<string[]> }>
> = {
  "the published SDK": {
    create: async (task) => (await (await published()).task.create(task)).id,
    search: async (q) => (await (await published()).task.search({ q })).issues.map(({ id }) => id),
  },
  "our SDK": {
    create: async (task) => (await world.client.session.create(task)).id,
    search: async (q) => (await world.client.session.search({ q })).sessions.map(({ id }) => id),
  },
  curl: {
    create: async (task) => (await curl("/session/create", task)).id,
    search: async (q) => idsOf((await curl(`/session/search?q=${encodeURIComponent(q)}`)).sessions),
  },
  "the CLI": {
    create: async ({ prompt, repositories }) =>
      (await command("session", "create", prompt, "--repo", repositories[0]!)).id,
    search: async (q) => idsOf((await command("session", "list", "--search", q)).items),
  },
  "an MCP client": {
    create: async (task) => (await callTool("create_session", { ...task })).id,
    search: async (q) =>
      idsOf((await callTool("call_read_tool", { name: "session_search", arguments: { q } })).sessions),
  },
};

const idsOf = (sessions: readonly { id: string }[]) => sessions.map(({ id }) => id);

for (const [index, [name, { create }]] of Object.entries(clients).entries()) {
  test(`a task created with ${name} ends with a pull request, and every client finds the session`, async () => {
    const file = `made-${index}.txt`;
    const word = `quokka${index}`;
    const id = await create({
      prompt: `Look after ${word}. SCRIPT(write("${file}", "${word}\\n"), say("There."))`,
      repositories: [repositoryUrl],
    });
    const events = await world.ended(id);
    assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
    const { branchName } = await world.client.session.retrieve(id);
    assert.equal(await remoteFile(repositoryUrl, API_KEY, branchName!, file), word);
    for (const [other, { search }] of Object.entries(clients))
      assert.deepEqual(await search(word), [id], `${other} finds the session`);
    assert.deepEqual(
      await clients["our SDK"]!.search("wombat"),
      [],
      "control: a search does not return every session",
    );
  });
}
