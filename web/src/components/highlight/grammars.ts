import dart from "highlight.js/lib/languages/dart";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import elixir from "highlight.js/lib/languages/elixir";
import haskell from "highlight.js/lib/languages/haskell";
import protobuf from "highlight.js/lib/languages/protobuf";
import scala from "highlight.js/lib/languages/scala";
import { common, createLowlight } from "lowlight";

const lowlight = createLowlight({ ...common, dart, dockerfile, elixir, haskell, protobuf, scala });
lowlight.registerAlias({ xml: ["vue", "svelte"] });

/** What the words of a code are, as its grammar tells: texts, and spans with classes that code.css knows. */
export type Marked = ReturnType<typeof lowlight.highlight>["children"];

/** Beyond these a grammar would keep the browser busy: the time for one line grows with the square of its length. */
const maxCharacters = 100_000;
const maxLineCharacters = 1_000;

/** Null for what is very long, and for a language of which no grammar is here. */
export function mark(code: string, language: string | null): Marked | null {
  if (language === null || code.length > maxCharacters || !lowlight.registered(language)) return null;
  if (code.split("\n").some((line) => line.length > maxLineCharacters)) return null;
  return lowlight.highlight(language, code).children;
}
