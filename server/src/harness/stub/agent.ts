import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { agent, ndJsonStream, RequestError } from "@agentclientprotocol/sdk/unstable";
import { playLine, type Stage } from "./play-line.ts";

/**
 * A harness of the unit tests: does what the lines of a prompt say (play-line.ts), and remembers its sessions in HOME.
 * STUB_START bends its start: `hang`, `crash`, `refuse-load`, `load-only`, `old-protocol`.
 */
const bent = process.env.STUB_START ?? "";
const memory = join(homedir(), "stub-sessions");
const cancels = new Map<string, AbortController>();
const configOptions = [
  selectOption("mode", "ask", ["ask", "free"]),
  selectOption("model", "stub-small", ["stub-small", "stub-large"]),
];

if (bent === "crash") {
  console.error("stub: cannot find its feet");
  process.exit(3);
}

const connection = agent({ name: "stub" })
  .onRequest("initialize", async () => {
    if (bent === "hang") await new Promise(() => {});
    return {
      protocolVersion: bent === "old-protocol" ? 0 : 1,
      agentInfo: { name: "stub", version: "1" },
      agentCapabilities: {
        loadSession: true,
        ...(bent === "load-only" ? {} : { sessionCapabilities: { resume: {} } }),
      },
    };
  })
  .onRequest("session/new", () => {
    const sessionId = crypto.randomUUID();
    mkdirSync(memory, { recursive: true });
    writeFileSync(join(memory, sessionId), "");
    return { sessionId, configOptions };
  })
  .onRequest("session/load", async ({ params, client }) => {
    assertKnown(params.sessionId);
    for (const sessionUpdate of ["user_message_chunk", "agent_message_chunk"] as const) {
      await client.notify("session/update", {
        sessionId: params.sessionId,
        update: { sessionUpdate, content: { type: "text", text: "from long ago" } },
      });
    }
    return { configOptions };
  })
  .onRequest("session/resume", ({ params }) => {
    assertKnown(params.sessionId);
    return { configOptions };
  })
  .onRequest("session/set_config_option", ({ params }) => {
    for (const option of configOptions) {
      if (option.id === params.configId) option.currentValue = String(params.value);
    }
    return { configOptions };
  })
  .onNotification("session/cancel", ({ params }) => cancels.get(params.sessionId)?.abort())
  .onRequest("session/prompt", async ({ params, client }) => {
    const cancel = new AbortController();
    cancels.set(params.sessionId, cancel);
    const stage: Stage = { client, sessionId: params.sessionId, signal: cancel.signal, configOptions };
    const words = params.prompt.map((block) =>
      block.type === "text" ? block.text : block.type === "resource_link" ? `say ${block.uri}` : "",
    );
    for (const line of words.join("\n").split("\n")) {
      const result = await playLine(line.trim(), stage);
      if (result) return result;
      if (cancel.signal.aborted) return { stopReason: "cancelled" };
    }
    const usage = { totalTokens: 150, inputTokens: 100, outputTokens: 20, cachedReadTokens: 30 };
    return { stopReason: "end_turn", ...(words.includes("no usage") ? {} : { usage }) };
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
await connection.closed;

function assertKnown(sessionId: string): void {
  if (bent === "refuse-load" || !existsSync(join(memory, sessionId))) {
    throw new RequestError(-32002, "Resource not found");
  }
}

function selectOption(id: "mode" | "model", currentValue: string, values: readonly string[]) {
  const options = values.map((value) => ({ value, name: value }));
  return { id, category: id, name: id, type: "select" as const, currentValue, options };
}
