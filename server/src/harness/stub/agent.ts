import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { agent, type ContentBlock, ndJsonStream, RequestError } from "@agentclientprotocol/sdk/unstable";
import { playLine, type Stage } from "./play-line.ts";

/**
 * Harness for unit tests. It executes the lines of a prompt (play-line.ts) and stores its sessions in HOME. STUB_START changes the stub's
 * start: `hang`, `crash`, `refuse-load`, `load-only`, `old-protocol`. STUB_CAN lists additional capabilities: `steer`, `images`,
 * `remote-mcp`, `choose` (reasoning level and speed), `legacy` (modes and models instead of options). STUB_STEER changes the result of
 * steering: `silent`, `refuse`, `begin`, `crash`. STUB_REFUSES and STUB_HANGS_AT each contain an option value that the stub rejects or does
 * not respond to.
 */
const bent = process.env.STUB_START ?? "";
const abilities = new Set((process.env.STUB_CAN ?? "").split(","));
const memory = join(homedir(), "stub-sessions");
const running = new Map<string, RunningPrompt>();
const opened: Stage["opened"] = { mcpServers: [] };
const configOptions = [
  selectOption("mode", "mode", "ask", ["ask", "free", "reading"]),
  selectOption("model", "model", "stub-small", ["stub-small", "stub-large"]),
  ...(abilities.has("choose")
    ? [
        selectOption("effort", "thought_level", "medium", ["low", "medium", "high"]),
        selectOption("fast", "model_config", "off", ["off", "on"]),
      ]
    : []),
];
const legacy = {
  modes: { currentModeId: "ask", availableModes: modesOf("ask", "free", "reading", "default", "high") },
  models: { currentModelId: "stub-small", availableModels: [{ modelId: "stub-small", name: "Small" }] },
};
const state = abilities.has("legacy") ? legacy : { configOptions };

interface RunningPrompt {
  readonly lines: string[];
  readonly cancel: AbortController;
  /** Controller that interrupts the line that is being played. */
  interrupt: AbortController;
}

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
        promptCapabilities: { image: abilities.has("images") },
        mcpCapabilities: { http: abilities.has("remote-mcp"), sse: abilities.has("remote-mcp") },
        ...(bent === "load-only" ? {} : { sessionCapabilities: { resume: {} } }),
      },
      ...(abilities.has("steer") ? { _meta: { steering: { supported: true } } } : {}),
    };
  })
  .onRequest("session/new", ({ params }) => {
    opened.mcpServers = params.mcpServers;
    const sessionId = crypto.randomUUID();
    mkdirSync(memory, { recursive: true });
    writeFileSync(join(memory, sessionId), "");
    return { sessionId, ...state };
  })
  .onRequest("session/load", async ({ params, client }) => {
    assertKnown(params.sessionId);
    opened.mcpServers = params.mcpServers;
    for (const sessionUpdate of ["user_message_chunk", "agent_message_chunk"] as const) {
      await client.notify("session/update", {
        sessionId: params.sessionId,
        update: { sessionUpdate, content: { type: "text", text: "from long ago" } },
      });
    }
    return state;
  })
  .onRequest("session/resume", ({ params }) => {
    assertKnown(params.sessionId);
    opened.mcpServers = params.mcpServers ?? [];
    return state;
  })
  .onRequest("session/set_config_option", async ({ params }) => {
    if (params.value === process.env.STUB_HANGS_AT) await new Promise(() => {});
    if (params.value === process.env.STUB_REFUSES) throw new RequestError(-32000, "not today");
    setOption(params.configId, String(params.value));
    return { configOptions };
  })
  .onRequest("session/set_mode", ({ params }) => {
    legacy.modes.currentModeId = params.modeId;
    return {};
  })
  .onNotification("session/cancel", ({ params }) => running.get(params.sessionId)?.cancel.abort())
  .onRequest(
    "_session/steering",
    (params) => params as SteerRequest,
    async ({ params }) => {
      if (process.env.STUB_STEER === "silent") await new Promise(() => {});
      if (process.env.STUB_STEER === "crash") process.exit(5);
      if (process.env.STUB_STEER === "begin") return { outcome: "startedNewTurn" };
      if (process.env.STUB_STEER === "refuse") throw new RequestError(-32602, "no");
      const prompt = running.get(params.sessionId);
      if (!prompt) return { outcome: "promptRequired" };
      prompt.lines.splice(0, Number.POSITIVE_INFINITY, ...linesOf(params.prompt));
      prompt.interrupt.abort();
      return { outcome: "injected" };
    },
  )
  .onRequest("session/prompt", async ({ params, client }) => {
    const prompt: RunningPrompt = {
      lines: linesOf(params.prompt),
      cancel: new AbortController(),
      interrupt: new AbortController(),
    };
    running.set(params.sessionId, prompt);
    const { sessionId } = params;
    const options = () => (abilities.has("legacy") ? legacyOptions() : configOptions);
    for (let line = prompt.lines.shift(); line !== undefined; line = prompt.lines.shift()) {
      prompt.interrupt = new AbortController();
      const signal = AbortSignal.any([prompt.cancel.signal, prompt.interrupt.signal]);
      const stage: Stage = { client, sessionId, signal, options, opened, setOption };
      const result = await playLine(line.trim(), stage);
      if (result) return result;
      if (prompt.cancel.signal.aborted) return { stopReason: "cancelled" };
    }
    running.delete(params.sessionId);
    const usage = { totalTokens: 150, inputTokens: 100, outputTokens: 20, cachedReadTokens: 30 };
    const hasUsage = !linesOf(params.prompt).includes("no usage");
    return { stopReason: "end_turn", ...(hasUsage ? { usage } : {}) };
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
await connection.closed;

interface SteerRequest {
  readonly sessionId: string;
  readonly prompt: readonly ContentBlock[];
}

function linesOf(blocks: readonly ContentBlock[]): string[] {
  const words = blocks.map((block) => {
    if (block.type === "text") return block.text;
    if (block.type === "resource_link") return `say ${block.uri}`;
    return block.type === "image" ? `say image ${block.mimeType} ${block.data}` : "";
  });
  return words.join("\n").split("\n");
}

function setOption(id: string, value: string): void {
  for (const option of configOptions) if (option.id === id) option.currentValue = value;
}

function legacyOptions() {
  return [
    { id: "mode", currentValue: legacy.modes.currentModeId },
    { id: "model", currentValue: legacy.models.currentModelId },
  ];
}

function modesOf(...ids: string[]) {
  return ids.map((id) => ({ id, name: id }));
}

function assertKnown(sessionId: string): void {
  if (bent === "refuse-load" || !existsSync(join(memory, sessionId))) {
    throw new RequestError(-32002, "Resource not found");
  }
}

function selectOption(id: string, category: string, currentValue: string, values: readonly string[]) {
  const options = values.map((value) => ({ value, name: value }));
  return { id, category, name: id, type: "select" as const, currentValue, options };
}
