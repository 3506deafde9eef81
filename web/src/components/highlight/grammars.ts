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

/** Beyond this many characters a grammar would keep the browser busy. */
const MOST_MARKED = 100_000;

/** Null for what is very long, and for a language of which no grammar is here. */
export function mark(code: string, language: string | null): Marked | null {
  if (language === null || code.length > MOST_MARKED || !lowlight.registered(language)) return null;
  return lowlight.highlight(language, code).children;
}
