/** A model request, independent of the provider's protocol. */
export interface ParsedRequest {
  readonly model: string;
  /** Names of the tools that the request offers. */
  readonly tools: readonly string[];
  /** The user's texts in order, with null for each tool result. */
  readonly entries: readonly (string | null)[];
}

/**
 * Tool calls that make a harness do the two things that tests need. `input` is a string for tools that take no object.
 */
export interface PlayTools {
  write(path: string, content: string): ToolCall;
  run(command: string): ToolCall;
}

export interface ToolCall {
  readonly name: string;
  readonly input: object | string;
}

export type Answer =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "endless" }
  | { readonly type: "tool"; readonly call: ToolCall }
  | { readonly type: "error"; readonly status: number };

interface Play {
  readonly word: string;
  readonly rest: string;
  /** Number of tool results since the play. */
  readonly results: number;
  /** Number of earlier plays. */
  readonly before: number;
}

/**
 * The user's newest `PLAY word rest` selects the response: hello, stream, write PATH, run COMMAND, remember, error
 * STATUS. Auxiliary requests, which do not offer the tools, get a text.
 */
export function decideAnswer(request: ParsedRequest, tools: PlayTools): Answer {
  const play = playOf(request.entries);
  if (play.word === "error") return { type: "error", status: Number(play.rest.slice(0, 3)) };
  const isWork = request.tools.includes(tools.run("").name);
  if (isWork && play.word === "stream") return { type: "endless" };
  if (isWork && play.results === 0) {
    if (play.word === "write") return { type: "tool", call: tools.write(play.rest, "b\n") };
    if (play.word === "run") return { type: "tool", call: tools.run(play.rest) };
  }
  const text = play.word === "remember" ? `hello, it remembers ${play.before}` : "hello there";
  return { type: "text", text };
}

function playOf(entries: readonly (string | null)[]): Play {
  let play: Play = { word: "hello", rest: "", results: 0, before: -1 };
  for (const entry of entries) {
    if (entry === null) play = { ...play, results: play.results + 1 };
    for (const [, word = "", rest = ""] of entry?.matchAll(/PLAY ([\w-]+) ?(.*)/g) ?? []) {
      play = { word, rest, results: 0, before: play.before + 1 };
    }
  }
  return play;
}
