/** A step of a script: a text or an action of the model in one reply. */
export type Step =
  | { readonly do: "say"; readonly text: string }
  | { readonly do: "think"; readonly text: string }
  | { readonly do: "slow"; readonly words: number; readonly everyMs: number }
  | { readonly do: "endless"; readonly times: number }
  | { readonly do: "fail"; readonly status: number; readonly times: number }
  | { readonly do: "cut"; readonly times: number }
  | { readonly do: "title"; readonly text: string }
  | ToolStep;

/**
 * A step in which the model calls one of the harness's tools. Paths may be relative to the harness's working directory.
 */
export type ToolStep =
  /** With `isAttempt`, the model calls the harness's tool even if the harness offers neither this tool nor a shell. */
  | { readonly do: "write"; readonly path: string; readonly content: string; readonly isAttempt?: true }
  | { readonly do: "edit"; readonly path: string; readonly old: string; readonly new: string }
  | { readonly do: "read"; readonly path: string }
  | { readonly do: "bash"; readonly command: string; readonly timeoutMs?: number }
  | { readonly do: "tool"; readonly name: string; readonly input: Readonly<Record<string, unknown>> }
  /** Calls an MCP server's tool by the name under which the harness offers it. */
  | {
      readonly do: "mcp";
      readonly server: string;
      readonly tool: string;
      readonly input: Readonly<Record<string, unknown>>;
    };

const always = Number.POSITIVE_INFINITY;

/**
 * Functions that create steps for scripts written in code. The text grammar (parse-script.ts) uses the same names and
 * arguments.
 */
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
  /**
   * Command that runs for some seconds. It avoids `sleep`, which Claude Code rejects. `timeout` creates a separate
   * process group, so that leftover processes are detectable.
   */
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

/** Input of a script written in code. `toolResults` are the results since the script's message. */
export interface ScriptContext {
  /** The harness's working directory according to its request, or undefined if the request does not state one. */
  readonly cwd: string | undefined;
  readonly toolResults: readonly string[];
  readonly userText: string;
}

/**
 * The steps of a script, or a function that is called for every request in the conversation. Equal contexts must return
 * equal steps.
 */
export type Script = readonly Step[] | ((context: ScriptContext) => readonly Step[]);

/** The part of a script between two tool results: texts, then at most one tool call. */
export interface Reply {
  readonly parts: readonly Exclude<Step, ToolStep>[];
  readonly tool: ToolStep | undefined;
}

/**
 * Splits a script after each tool step. Omits title steps. The steps after the last tool step are the final reply,
 * which is omitted if it is empty.
 */
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
