import type { ScriptedModel, Step } from "../scripted-model/server.ts";

/**
 * What the model does when it is told certain words. Of several the ones that stand first count: what was said before them on a
 * forge comes after them in a message, as data.
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
