/** The key after "!" by which people call an agent: a word, without the signs that end one in a sentence. */
export const macroKey = "!([\\p{L}\\p{N}](?:[\\p{L}\\p{N}_.-]{0,98}[\\p{L}\\p{N}_])?)";

export interface Macro {
  readonly key: string;
  /** What is said besides; may be empty. */
  readonly rest: string;
}

const atStart = new RegExp(`^\\s*${macroKey}(?:[,:]|(?=\\s|$|[.;!?]))`, "u");

/** The agent that words call as they begin, or null: words that begin with "!" and no key, as a picture of Markdown, call none. Pure. */
export function readMacro(words: string): Macro | null {
  const [whole, key] = atStart.exec(words) ?? [];
  return whole === undefined ? null : { key: key!, rest: words.slice(whole.length).trim() };
}
