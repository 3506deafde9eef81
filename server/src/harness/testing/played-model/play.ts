/** Model request, in a form that does not depend on the provider's protocol. */
export interface ParsedRequest {
  readonly model: string;
  /** Names of the tools in the request. */
  readonly tools: readonly string[];
  /** The user's texts in order, with null for each tool result. */
  readonly entries: readonly (string | null)[];
}

/** Tool calls for the two actions that the tests need from a harness. `input` is a string for tools that do not accept an object. */
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
  /** Number of tool results since the newest `PLAY` instruction. */
  readonly results: number;
  /** Number of earlier `PLAY` instructions. */
  readonly before: number;
}

/**
 * Decides the response. The user's newest `PLAY word rest` selects it: hello, stream, write PATH, run COMMAND, remember, error STATUS. If a
 * request does not contain the tools, it is an auxiliary request, and the response is a string, except for `error`.
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
