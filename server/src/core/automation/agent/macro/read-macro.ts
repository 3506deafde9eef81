/**
 * The key after "!" with which people call an agent: one word, without the punctuation that may end it in a sentence.
 */
export const macroKey = "!([\\p{L}\\p{N}](?:[\\p{L}\\p{N}_.-]{0,98}[\\p{L}\\p{N}_])?)";

export interface Macro {
  readonly key: string;
  /** The remaining text; may be empty. */
  readonly rest: string;
}

const atStart = new RegExp(`^\\s*${macroKey}(?:[,:]|(?=\\s|$|[.;!?]))`, "u");

/**
 * Parses the agent call at the beginning of a text. Returns null if there is none. A "!" without a key, such as a
 * Markdown image, calls no agent. Pure.
 */
export function readMacro(words: string): Macro | null {
  const [whole, key] = atStart.exec(words) ?? [];
  return whole === undefined ? null : { key: key!, rest: words.slice(whole.length).trim() };
}
