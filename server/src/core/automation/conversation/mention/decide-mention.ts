import { MAX_LENGTH, shadeText, withoutSpans } from "../../../forges/index.ts";
import { type Macro, macroKey } from "../../agent/macro/read-macro.ts";

/** What somebody says to us. */
export interface Mention {
  /** Their words without our name and without what a reader of the page does not see; empty when there are no others. */
  readonly words: string;
  /** The agent they name with "!", and what they say to it; null when they name none. */
  readonly macro: Macro | null;
}

/**
 * Whether a comment's Markdown calls us, and with which words. `name` is without "@", of any case. With `takesSlash` a line that
 * begins with "/name" calls us too. Quotes, code and hidden comments call nobody, and neither does a name that only begins or
 * ends like ours. Pure.
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
  // "tembo.io", "tembo/sdk" and "tembo-x" are other names; "tembo." is the end of a sentence.
  const end = "(?:\\[bot\\])?(?![\\p{L}\\p{N}_/-]|\\.[\\p{L}\\p{N}_])";
  const mention = `(?<![\\p{L}\\p{N}_@/\\\\-])@${quoted}${end}`;
  const slash = `(?<=^[ \\t]*)/${quoted}${end}`;
  return new RegExp(takesSlash ? `${mention}|${slash}` : mention, "gimu");
}
