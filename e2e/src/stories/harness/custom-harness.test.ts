import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { API_KEY, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";

/** The least agent that speaks ACP: it writes a file, says which model it was started for, and ends. */
const agent = `
const { writeFileSync } = require("node:fs");
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\\n");
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined || method === undefined) return;
  if (method === "initialize") return send({ id, result: { protocolVersion: 1, agentCapabilities: {} } });
  if (method === "session/new") return send({ id, result: { sessionId: "one" } });
  if (method !== "session/prompt") return send({ id, error: { code: -32601, message: "not known" } });
  writeFileSync("own.txt", process.env.OWN_MODEL + "\\n");
  const content = { type: "text", text: "Written for " + process.argv[2] + "." };
  send({ method: "session/update", params: { sessionId: params.sessionId, update: { sessionUpdate: "agent_message_chunk", content } } });
  send({ id, result: { stopReason: "end_turn" } });
});
`;

let folder: string;
let world: World;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tembo-own-agent-"));
  await chmod(folder, 0o755);
  const path = join(folder, "agent.cjs");
  await writeFile(path, `#!/usr/bin/env node\n${agent}`, { mode: 0o755 });
  const own = { argv: [path, "{model}"], env: { OWN_MODEL: "{model} at {modelUrl}" }, models: ["small"] };
  world = await startWorld({
    prepare: (dataDir) => writeFile(join(dataDir, "harnesses.json"), JSON.stringify({ own })),
  });
});
after(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

test("an agent that harnesses.json names works a session, and its change comes back as a pull request", async () => {
  const repository = await world.repository("own/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: "Write.",
    agent: "own:small",
    repositories: [repository.url],
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.match(JSON.stringify(ofType(events, "text")), /Written for small/);
  const { branchName } = await world.client.session.retrieve(session.id);
  assert.match(
    await remoteFile(repository.url, API_KEY, branchName!, "own.txt"),
    /^small at http:\/\/127\.0\.0\.1:\d+$/,
  );
});
