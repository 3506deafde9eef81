import { MAX_LENGTH, shadeText, withoutSpans } from "../../../forges/index.ts";
import { type Macro, macroKey } from "../../agent/macro/read-macro.ts";

export interface Mention {
  /** Text without Tembo's name and without content that is invisible on the page. Empty if nothing else remains. */
  readonly words: string;
  /** Agent that the author calls with "!", with the text that follows, or null if there is no call. */
  readonly macro: Macro | null;
}

/**
 * Parses a mention of Tembo in a comment's Markdown. Returns null if there is none. `name` has no "@" and matches case-insensitively. With
 * `takesSlash`, also accepts a line that begins with "/name". Ignores quotes, code, hidden comments, longer names that begin or end with `name`, and
 * text after the first `MAX_LENGTH` characters. Pure.
 */
export function decideMention(
  text: string,
  { name, takesSlash }: { readonly name: string; readonly takesSlash: boolean },
): Mention | null {
  const body = text.slice(0, MAX_LENGTH);
  const { shaded, hidden } = shadeText(body);
  const calls = Array.from(shaded.matchAll(callPattern(name, takesSlash)), (match) => ({
    from: match.index,
    to: match.index + match[0].length,
  }));
  const [first] = calls;
  if (first === undefined) return null;
  const words = withoutSpans(body, [...calls, ...hidden]);
  const [whole, key] = MACRO.exec(shaded.slice(first.to)) ?? [];
  if (whole === undefined) return { words, macro: null };
  const macroEnd = { from: first.from, to: first.to + whole.length };
  const rest = withoutSpans(body, [macroEnd, ...calls.slice(1), ...hidden]);
  return { words, macro: { key: key!, rest } };
}

const MACRO = new RegExp(`^[,:]?[ \\t]+${macroKey}(?:[,:]|(?=\\s|$|[.;!?]))`, "u");

function callPattern(name: string, takesSlash: boolean): RegExp {
  const quoted = name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  // "tembo.io", "tembo/sdk" and "tembo-x" are different names. In "tembo.", the dot ends a sentence.
  const end = "(?:\\[bot\\])?(?![\\p{L}\\p{N}_/-]|\\.[\\p{L}\\p{N}_])";
  const mention = `(?<![\\p{L}\\p{N}_@/\\\\-])@${quoted}${end}`;
  const slash = `(?<=^[ \\t]*)/${quoted}${end}`;
  return new RegExp(takesSlash ? `${mention}|${slash}` : mention, "gimu");
}
