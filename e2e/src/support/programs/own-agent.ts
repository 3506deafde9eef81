import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Creates a custom harness, `own:small`, which is a minimal ACP agent. The code in `source` handles a prompt. The code
 * can `update` the session, `say` a text, `wait` for some milliseconds and `write` a file. `prepare` registers the
 * harness in a world's data folder.
 */
export async function makeOwnAgent(source: string) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-own-agent-"));
  // The sandbox's user must be able to read the folder.
  await chmod(folder, 0o755);
  const path = join(folder, "agent.cjs");
  await writeFile(path, `#!/usr/bin/env node\n${agentOf(source)}`, { mode: 0o755 });
  const own = { argv: [path, "{model}"], env: { OWN_MODEL: "{model} at {modelUrl}" }, models: ["small"] };
  return {
    path,
    prepare: (dataDir: string) => writeFile(join(dataDir, "harnesses.json"), JSON.stringify({ own })),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const agentOf = (source: string) => `
const { writeFileSync: write } = require("node:fs");
const { setTimeout: wait } = require("node:timers/promises");
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\\n");
require("node:readline").createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined || method === undefined) return;
  if (method === "initialize") return send({ id, result: { protocolVersion: 1, agentCapabilities: {} } });
  if (method === "session/new") return send({ id, result: { sessionId: "one" } });
  if (method !== "session/prompt") return send({ id, error: { code: -32601, message: "not known" } });
  const update = (update) => send({ method: "session/update", params: { sessionId: params.sessionId, update } });
  const say = (text) => update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } });
  ${source}
  send({ id, result: { stopReason: "end_turn" } });
});
`;
