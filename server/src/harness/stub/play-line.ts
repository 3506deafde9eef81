import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AgentContext,
  type McpServer,
  type PromptResponse,
  RequestError,
  type RequestPermissionRequest,
  type SessionConfigOption,
  type SessionUpdate,
} from "@agentclientprotocol/sdk/unstable";

export interface Stage {
  readonly client: AgentContext;
  readonly sessionId: string;
  readonly signal: AbortSignal;
  readonly options: () => readonly ConfigOption[];
  readonly setOption: (id: string, value: string) => void;
  readonly opened: { mcpServers: readonly McpServer[] };
}

interface ConfigOption {
  readonly id: string;
  readonly currentValue: string;
}

/** Executes a line. Returns the response to the prompt if the line ends the prompt, or undefined if it does not. */
type Play = (rest: string, stage: Stage) => Promise<PromptResponse | undefined>;

/** Executes one line of a prompt. The first word is the command, and the rest are its arguments. */
export async function playLine(line: string, stage: Stage): Promise<PromptResponse | undefined> {
  const [word = "", ...rest] = line.split(" ");
  return plays[word]?.(rest.join(" "), stage);
}

const plays: Record<string, Play> & { readonly say: Play; readonly title: Play } = {
  say: (rest, stage) => send(stage, { sessionUpdate: "agent_message_chunk", content: text(rest) }),
  think: (rest, stage) => send(stage, { sessionUpdate: "agent_thought_chunk", content: text(rest) }),
  plan: (_, stage) =>
    send(stage, {
      sessionUpdate: "plan",
      entries: [
        { content: "look", priority: "high", status: "completed" },
        { content: "leap", priority: "low", status: "in_progress" },
      ],
    }),
  title: (rest, stage) => send(stage, { sessionUpdate: "session_info_update", title: rest }),
  "late-title": async (rest, stage) => {
    setTimeout(() => void plays.title(rest, stage), 20);
    return undefined;
  },
  /** `after-the-end LINE`: executes the line shortly after the response to the prompt. */
  "after-the-end": async (rest, stage) => {
    setTimeout(() => void playLine(rest, stage), 50);
    return undefined;
  },
  context: (rest, stage) => send(stage, { sessionUpdate: "usage_update", used: Number(rest), size: 1_000 }),
  options: (_, stage) =>
    plays.say(
      stage
        .options()
        .map((o) => `${o.id}=${o.currentValue}`)
        .join(" "),
      stage,
    ),
  env: (rest, stage) => plays.say(String(process.env[rest]), stage),
  edit: async (_, stage) => {
    await send(stage, {
      sessionUpdate: "tool_call",
      toolCallId: "edit-1",
      title: "Edit notes.txt",
      kind: "edit",
      status: "pending",
      rawInput: { path: "notes.txt" },
    });
    await send(stage, { sessionUpdate: "tool_call_update", toolCallId: "edit-1", status: "in_progress" });
    return send(stage, {
      sessionUpdate: "tool_call_update",
      toolCallId: "edit-1",
      status: "completed",
      content: [{ type: "diff", path: "notes.txt", oldText: "a\n", newText: "b\n" }],
      rawOutput: "edited",
    });
  },
  run: async (rest, stage) => {
    const child = spawn("/bin/sh", ["-c", rest], { stdio: "ignore", signal: stage.signal });
    const ended = new Promise((resolve) => child.on("error", resolve).on("exit", resolve));
    await send(stage, {
      sessionUpdate: "tool_call",
      toolCallId: "run-1",
      title: rest,
      kind: "execute",
      status: "in_progress",
    });
    await ended;
    return undefined;
  },
  "bad-update": (_, stage) =>
    send(stage, { sessionUpdate: "plan", entries: null } as unknown as SessionUpdate),
  "strange-update": (_, stage) =>
    send(stage, { sessionUpdate: "moon_phase", phase: 3 } as unknown as SessionUpdate),
  "other-session": (rest, stage) => plays.say(rest, { ...stage, sessionId: "another" }),
  /** `ask-permission KIND`: requests permission and prints the outcome. */
  "ask-permission": async (rest, stage) => {
    const options = [
      { optionId: "never", kind: "reject_once", name: "No" },
      { optionId: "always", kind: "allow_always", name: "Always" },
      { optionId: "once", kind: "allow_once", name: "Once" },
    ];
    return ask(stage, { kind: rest === "" ? "delete" : rest, options });
  },
  /** `ask-with JSON`: requests permission with these fields. */
  "ask-with": (rest, stage) => ask(stage, JSON.parse(rest) as object),
  /** `ask-many N`: requests N permissions concurrently. */
  "ask-many": async (rest, stage) => {
    const ids = Array.from({ length: Number(rest) }, (_, n) => `asked-${n}`);
    await Promise.all(ids.map((toolCallId) => ask(stage, { toolCallId })));
    return undefined;
  },
  /** `guarded-edit`: writes notes.txt only if the permission is granted. */
  "guarded-edit": async (_, stage) => {
    const outcome = await askFor(stage, { kind: "edit" });
    if (!outcome.includes("once")) return plays.say("refused", stage);
    writeFileSync("notes.txt", "b\n");
    return plays.say("written", stage);
  },
  "stop-when-denied": async (_, stage) => {
    const outcome = await askFor(stage, {});
    return outcome.includes("never") ? { stopReason: "cancelled" } : undefined;
  },
  "set-mode": async (rest, stage) => {
    stage.setOption("mode", rest);
    return send(stage, {
      sessionUpdate: "config_option_update",
      configOptions: stage.options() as SessionConfigOption[],
    });
  },
  mcp: (_, stage) => plays.say(JSON.stringify(stage.opened.mcpServers), stage),
  commands: (rest, stage) => {
    const commands = rest.split(" ").map((name) => ({ name, description: `Does ${name}` }));
    return send(stage, { sessionUpdate: "available_commands_update", availableCommands: commands });
  },
  request: async (method, stage) => {
    try {
      await stage.client.request(method, { sessionId: stage.sessionId, path: "/tmp/x", content: "x" });
      return await plays.say("granted", stage);
    } catch (error) {
      return plays.say(`refused ${(error as RequestError).code}`, stage);
    }
  },
  forever: async (rest, stage) => {
    while (!stage.signal.aborted) {
      await plays.say(rest, stage);
      await sleep(2);
    }
    return undefined;
  },
  "ignore-cancel": () => new Promise(() => {}),
  "call-and-wait": async (_, stage) => {
    await send(stage, {
      sessionUpdate: "tool_call",
      toolCallId: "wait-1",
      title: "Wait",
      status: "in_progress",
    });
    await new Promise((resolve) => stage.signal.addEventListener("abort", resolve, { once: true }));
    return undefined;
  },
  flood: async (rest, stage) => {
    for (let n = 0; n < Number(rest); n++) {
      await send(stage, {
        sessionUpdate: "tool_call",
        toolCallId: `call-${n}`,
        title: "Flood",
        status: "completed",
      });
    }
    return undefined;
  },
  /** `flood-text MEGABYTES`: sends updates of 1 KB each, as fast as the driver reads them. */
  "flood-text": async (rest, stage) => {
    const update = { sessionUpdate: "agent_message_chunk", content: text("x".repeat(1_000)) };
    const line = `${notification(stage.sessionId, update)}\n`;
    await pour(process.stdout, line.repeat(1_000), Number(rest));
    return undefined;
  },
  /** `endless MEGABYTES HEAD`: writes a line that begins with HEAD and is slightly longer than MEGABYTES. */
  endless: async (rest) => {
    const [megabytes, ...head] = rest.split(" ");
    await putOut(process.stdout, head.join(" "));
    await pour(process.stdout, "x".repeat(1_000_000), Number(megabytes));
    await putOut(process.stdout, "\n");
    return undefined;
  },
  "flood-stderr": async (rest) => {
    await pour(process.stderr, "no newline ".repeat(100_000), Number(rest));
    return undefined;
  },
  /** `flood-requests MEGABYTES`: sends requests without reading the responses. */
  "flood-requests": async (rest) => {
    process.stdin.pause();
    const padding = "x".repeat(10_000);
    const request = JSON.stringify({ jsonrpc: "2.0", id: padding, method: "fs/read_text_file", params: {} });
    await pour(process.stdout, `${request}\n`.repeat(100), Number(rest));
    return undefined;
  },
  /** `raw LINE`: writes the line unchanged, except that `\xNN` represents a byte and `SESSION` the session ID. */
  raw: async (rest, stage) => {
    const line = rest.replaceAll("SESSION", stage.sessionId);
    const latin = line.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    await putOut(process.stdout, Buffer.from(`${latin}\n`, "latin1"));
    return undefined;
  },
  /** `deep LEVELS`: sends a tool call and a plan with this many levels of nesting. */
  deep: async (rest, stage) => {
    const nested = `${"[".repeat(Number(rest))}${"]".repeat(Number(rest))}`;
    const head = `{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"${stage.sessionId}","update":`;
    await putOut(
      process.stdout,
      `${head}{"sessionUpdate":"tool_call","toolCallId":"deep","title":"Deep","rawInput":${nested}}}}\n`,
    );
    await putOut(process.stdout, `${head}{"sessionUpdate":"plan","entries":${nested}}}}\n`);
    return undefined;
  },
  noise: async (rest) => void (await putOut(process.stdout, `${rest}\nnull\n[]\n{"not": "closed"\n`)),
  long: async (rest, stage) => {
    const update = { sessionUpdate: "agent_message_chunk", content: text("x".repeat(Number(rest))) };
    return send(stage, update as SessionUpdate);
  },
  "long-answer": async (rest) => ({
    stopReason: "end_turn",
    _meta: { padding: "x".repeat(Number(rest)) },
  }),
  error: async (rest) => {
    throw new RequestError(-32603, rest);
  },
  stop: async (rest) => ({ stopReason: rest as PromptResponse["stopReason"] }),
  crash: async (rest) => {
    // Node writes to pipes asynchronously, so earlier output must be flushed first.
    process.stdout.write("", () => process.stderr.write(`stub: ${rest}\n`, () => process.exit(7)));
    return new Promise(() => {});
  },
  kill: async () => {
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => {});
  },
};

async function ask(stage: Stage, given: object): Promise<PromptResponse | undefined> {
  return plays.say(await askFor(stage, given), stage);
}

async function askFor(stage: Stage, given: { readonly toolCallId?: string; readonly kind?: string }) {
  const { toolCallId = "asked-1", kind = "delete", ...rest } = given;
  const request = {
    sessionId: stage.sessionId,
    toolCall: { toolCallId, title: "Delete everything", kind, rawInput: { path: "all" } },
    options: [
      { optionId: "never", kind: "reject_once", name: "No" },
      { optionId: "once", kind: "allow_once", name: "Once" },
    ],
    ...rest,
  } as RequestPermissionRequest;
  const response = await stage.client.request("session/request_permission", request);
  return JSON.stringify(response.outcome);
}

function text(words: string) {
  return { type: "text" as const, text: words };
}

async function send(stage: Stage, update: SessionUpdate): Promise<undefined> {
  await stage.client.notify("session/update", { sessionId: stage.sessionId, update });
}

function notification(sessionId: string, update: object): string {
  return JSON.stringify({ jsonrpc: "2.0", method: "session/update", params: { sessionId, update } });
}

/** Writes the piece repeatedly, as fast as the reader accepts it. */
async function pour(stream: NodeJS.WriteStream, piece: string, megabytes: number): Promise<void> {
  for (let written = 0; written < megabytes * 1_000_000; written += piece.length) {
    await putOut(stream, piece);
  }
}

/**
 * Writes the piece and waits until it is written. Otherwise, the SDK would lose a protocol message that it writes while the pipe is full.
 */
function putOut(stream: NodeJS.WriteStream, piece: string | Buffer): Promise<void> {
  return new Promise((resolve) => stream.write(piece, () => resolve()));
}
