import dart from "highlight.js/lib/languages/dart";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import elixir from "highlight.js/lib/languages/elixir";
import haskell from "highlight.js/lib/languages/haskell";
import protobuf from "highlight.js/lib/languages/protobuf";
import scala from "highlight.js/lib/languages/scala";
import { common, createLowlight } from "lowlight";

const lowlight = createLowlight({ ...common, dart, dockerfile, elixir, haskell, protobuf, scala });
lowlight.registerAlias({ xml: ["vue", "svelte"] });

/** Highlighted code: text, and spans with the classes that code.css styles. */
export type Marked = ReturnType<typeof lowlight.highlight>["children"];

/**
 * Maximum length of code to highlight, and maximum length of each line. Longer code would block the browser: the time
 * for a line grows with the square of its length.
 */
const maxCharacters = 100_000;
const maxLineCharacters = 1_000;

/** Highlights code. Returns null if the code is too long or the language has no grammar. */
export function mark(code: string, language: string | null): Marked | null {
  if (language === null || code.length > maxCharacters || !lowlight.registered(language)) return null;
  if (code.split("\n").some((line) => line.length > maxLineCharacters)) return null;
  return lowlight.highlight(language, code).children;
}
