import type { ScriptedModel, Step } from "../scripted-model/server.ts";

/**
 * Registers the model's steps for messages that contain certain words. If several entries match, the entry whose words
 * occur first takes precedence. A message starts with the new comment, and the forge's earlier comments follow as data.
 */
export function createPlays(model: Pick<ScriptedModel, "script">) {
  const plays = new Map<string, readonly Step[]>();
  const first = (text: string) =>
    [...plays.keys()]
      .filter((words) => text.includes(words))
      .toSorted((one, other) => text.indexOf(one) - text.indexOf(other))[0]!;
  return (words: string, ...steps: readonly Step[]): void => {
    plays.set(words, steps);
    model.script(words, ({ userText }) => plays.get(first(userText))!);
  };
}
