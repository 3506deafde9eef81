/** Ends before the model is asked to act again: what one reply says and does. */
export type Step =
  | { readonly do: "say"; readonly text: string }
  | { readonly do: "think"; readonly text: string }
  | { readonly do: "slow"; readonly words: number; readonly everyMs: number }
  | { readonly do: "endless"; readonly times: number }
  | { readonly do: "fail"; readonly status: number; readonly times: number }
  | { readonly do: "cut"; readonly times: number }
  | { readonly do: "title"; readonly text: string }
  | ToolStep;

/** A step that asks the harness to run a tool. Paths may be relative to the harness's working directory. */
export type ToolStep =
  /** An attempt calls the harness's tool even where neither that nor a shell is offered. */
  | { readonly do: "write"; readonly path: string; readonly content: string; readonly isAttempt?: true }
  | { readonly do: "edit"; readonly path: string; readonly old: string; readonly new: string }
  | { readonly do: "read"; readonly path: string }
  | { readonly do: "bash"; readonly command: string; readonly timeoutMs?: number }
  | { readonly do: "tool"; readonly name: string; readonly input: Readonly<Record<string, unknown>> }
  /** A tool of an MCP server, under the name by which the harness offers it. */
  | {
      readonly do: "mcp";
      readonly server: string;
      readonly tool: string;
      readonly input: Readonly<Record<string, unknown>>;
    };

const always = Number.POSITIVE_INFINITY;

/** Steps for scripts written in code; the text grammar (parse-script.ts) uses the same names and arguments. */
export const steps = {
  say: (text: string): Step => ({ do: "say", text }),
  think: (text: string): Step => ({ do: "think", text }),
  slow: (words = 50, everyMs = 100): Step => ({ do: "slow", words, everyMs }),
  endless: (times = always): Step => ({ do: "endless", times }),
  fail: (status = 500, times = always): Step => ({ do: "fail", status, times }),
  cut: (times = 1): Step => ({ do: "cut", times }),
  title: (text: string): Step => ({ do: "title", text }),
  write: (path: string, content: string): Step => ({ do: "write", path, content }),
  tryWrite: (path: string, content: string): Step => ({ do: "write", path, content, isAttempt: true }),
  edit: (path: string, old: string, replacement: string): Step => ({
    do: "edit",
    path,
    old,
    new: replacement,
  }),
  read: (path: string): Step => ({ do: "read", path }),
  bash: (command: string, timeoutMs?: number): Step =>
    timeoutMs === undefined ? { do: "bash", command } : { do: "bash", command, timeoutMs },
  /** Not `sleep`, which Claude Code refuses; `timeout` makes a process group of its own, so leftovers show. */
  sleepTool: (seconds = 60): Step => ({
    do: "bash",
    command: `timeout ${seconds} tail -f /dev/null || true`,
    timeoutMs: Math.min(600_000, (seconds + 10) * 1000),
  }),
  tool: (name: string, input: Readonly<Record<string, unknown>> = {}): Step => ({ do: "tool", name, input }),
  mcp: (server: string, tool: string, input: Readonly<Record<string, unknown>> = {}): Step => ({
    do: "mcp",
    server,
    tool,
    input,
  }),
} as const;

/** What a script written in code may look at. `toolResults` are the results since the message it belongs to. */
export interface ScriptContext {
  /** The harness's working directory, found in its request; undefined where it names none. */
  readonly cwd: string | undefined;
  readonly toolResults: readonly string[];
  readonly userText: string;
}

/** Called again for every request of the conversation: equal contexts must give equal steps. */
export type Script = readonly Step[] | ((context: ScriptContext) => readonly Step[]);

/** The part of a script between two tool results: what is said on the way, then at most one tool. */
export interface Reply {
  readonly parts: readonly Exclude<Step, ToolStep>[];
  readonly tool: ToolStep | undefined;
}

/** Splits a script at its tool steps; what follows the last tool is the final reply (left out when empty). */
export function splitIntoReplies(script: readonly Step[]): Reply[] {
  const replies: Reply[] = [];
  let parts: Exclude<Step, ToolStep>[] = [];
  for (const step of script) {
    if (isToolStep(step)) {
      replies.push({ parts, tool: step });
      parts = [];
    } else if (step.do !== "title") {
      parts.push(step);
    }
  }
  if (parts.length > 0) replies.push({ parts, tool: undefined });
  return replies;
}

function isToolStep(step: Step): step is ToolStep {
  return ["write", "edit", "read", "bash", "tool", "mcp"].includes(step.do);
}
