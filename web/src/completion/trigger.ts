/**
 * Text before the caret that can be completed: a file, pull request or repository after "@", or a command after "/" at
 * the start of a line.
 */
export interface Trigger {
  readonly sign: "@" | "/";
  /** Offset of the "@" or "/". */
  readonly at: number;
  readonly typed: string;
}

/**
 * Returns the trigger that ends at the caret, or null if there is none. Email addresses and paths are not triggers.
 * Pure.
 */
export function triggerAt(words: string, caret: number): Trigger | null {
  const before = words.slice(0, caret);
  const command = /(?:^|\n)\/([^\s/]{0,100})$/.exec(before);
  if (command !== null) return { sign: "/", at: caret - command[1]!.length - 1, typed: command[1]! };
  const mention = /(?:^|[\s(])@([^\s@"]{0,300})$/.exec(before);
  return mention === null ? null : { sign: "@", at: caret - mention[1]!.length - 1, typed: mention[1]! };
}

/**
 * Replaces the typed text with the suggestion. Returns the new text and caret position. Appends a space unless
 * completion continues or white space follows. Pure.
 */
export function written(
  words: string,
  { at, typed }: Trigger,
  chosen: string,
  goesOn: boolean,
): { readonly words: string; readonly caret: number } {
  const rest = words.slice(at + 1 + typed.length);
  const space = goesOn || /^\s/.test(rest) ? "" : " ";
  const caret = at + chosen.length + (goesOn ? 0 : 1);
  return { words: words.slice(0, at) + chosen + space + rest, caret };
}

/** Formats a path as a mention. Quotes a path that the server could otherwise not parse completely. Pure. */
export function tagOf(path: string): string {
  const isPlain = /^[A-Za-z0-9_.][A-Za-z0-9_./-]*[A-Za-z0-9_-]$/.test(path);
  return `@${isPlain ? path : JSON.stringify(path)}`;
}

/**
 * Returns at most `most` items whose labels contain the typed text. Matches at the start of the label or after a slash
 * come first. Pure.
 */
export function matching<Named extends { readonly label: string }>(
  all: readonly Named[],
  typed: string,
  most: number,
): readonly Named[] {
  const sought = typed.toLowerCase();
  const rank = ({ label }: Named) => {
    const name = label.toLowerCase();
    return name.startsWith(sought) || name.includes(`/${sought}`) ? 0 : name.includes(sought) ? 1 : 2;
  };
  return all
    .filter((one) => rank(one) < 2)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, most);
}
