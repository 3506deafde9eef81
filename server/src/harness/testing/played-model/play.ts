/** A request in no protocol's words. */
export interface Heard {
  readonly model: string;
  /** Names of the tools it offers. */
  readonly tools: readonly string[];
  /** What a person said, and results of tools as null, in order. */
  readonly entries: readonly (string | null)[];
}

/** How a harness is asked to do the two things that tests ask for. `input` is a text for tools that take no object. */
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
  /** Tool results since it was said. */
  readonly results: number;
  /** Plays said before it. */
  readonly before: number;
}

/**
 * The newest `PLAY word rest` of the user decides: hello, stream, write PATH, run COMMAND, remember, error STATUS. Requests beside the
 * work, which do not offer the tools of the work, get a text.
 */
export function decideAnswer(heard: Heard, tools: PlayTools): Answer {
  const play = playOf(heard.entries);
  if (play.word === "error") return { type: "error", status: Number(play.rest.slice(0, 3)) };
  const isWork = heard.tools.includes(tools.run("").name);
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
