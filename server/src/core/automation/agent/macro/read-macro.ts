/**
 * Pattern of an agent call: "!" and a key. The key is one word, without punctuation that may follow it in a sentence.
 */
export const macroKey = "!([\\p{L}\\p{N}](?:[\\p{L}\\p{N}_.-]{0,98}[\\p{L}\\p{N}_])?)";

export interface Macro {
  readonly key: string;
  /** Remaining text, which may be empty. */
  readonly rest: string;
}

const atStart = new RegExp(`^\\s*${macroKey}(?:[,:]|(?=\\s|$|[.;!?]))`, "u");

/**
 * Parses the agent call at the beginning of a string. Returns null if there is none. A "!" without a key, such as in a
 * Markdown image, is not an agent call. Pure.
 */
export function readMacro(words: string): Macro | null {
  const [whole, key] = atStart.exec(words) ?? [];
  return whole === undefined ? null : { key: key!, rest: words.slice(whole.length).trim() };
}
