import { startWorld, type World } from "../support/index.ts";
import { runTembo } from "../support/programs/run-tembo.ts";
import { onPlace } from "./support/probe.ts";
import { type WorkedTurn, workTurn } from "./support/turn.ts";

interface Place {
  readonly world: World;
  readonly turn: WorkedTurn;
  /** Output of `tembo session watch`. */
  readonly watched: string;
  readonly shown: string;
  readonly listed: string;
}

/**
 * Combines a word with control sequences that a terminal would execute: they set the window title, move up one line and
 * reverse the text direction.
 */
const commanding = (word: string) => `\u001b]0;${word}\u0007\u001b[1A\u009b2J\u202e${word}`;
const inShell = (word: string) => `\\033]0;${word}\\007\\033[1A${word}`;

const act = onPlace<Place>(
  async () => {
    const world = await startWorld();
    const turn = await workTurn(world, {
      repository: "payload/app",
      prompt: `${commanding("prompted")} `,
      words: commanding("spoken"),
      // The CLI shows the output of failed tools.
      attack: `name=$(printf '${inShell("named")}'); echo x > "$name"; ls; printf '${inShell("printed")}\\n'; exit 1`,
    });
    const [watched, shown, listed] = await Promise.all([
      tembo(world, "session", "watch", turn.sessionId),
      tembo(world, "session", "show", turn.sessionId),
      tembo(world, "session", "list"),
    ]);
    return { world, turn, watched, shown, listed };
  },
  ({ world }) => world.close(),
);

/** Returns the same text exactly as the API returns it, for the control. */
const unguarded = async ({ turn, world }: Place) => {
  const session = await world.client.session.retrieve(turn.sessionId);
  return strings([...turn.events, session]).join("\n");
};

for (const [sentence, field, word] of [
  ["a prompt cannot control the terminal that runs session watch", "watched", "prompted"],
  ["a tool's output cannot control the terminal that runs session watch", "watched", "printed"],
  ["a file name cannot control the terminal that runs session watch", "watched", "named"],
  ["a model's text cannot control the terminal that runs session watch", "watched", "spoken"],
  ["a title cannot control the terminal that runs session show", "shown", "prompted"],
  ["a title cannot control the terminal that runs session list", "listed", "prompted"],
] as const) {
  act(sentence, {
    attempt: async (place) => place[field],
    contained: new RegExp(word),
    escaped: /[\u001b\u0007\u009b\u202e]/,
    control: unguarded,
  });
}

function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(strings);
}

const tembo = async (world: World, ...args: string[]): Promise<string> =>
  (await runTembo(world, args)).output;
