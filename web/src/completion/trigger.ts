/** What is being written and can be completed: behind "@" a file or a repository, behind "/" at the very beginning a command. */
export interface Trigger {
  readonly sign: "@" | "/";
  /** Where the sign stands. */
  readonly at: number;
  readonly typed: string;
}

/** The one that the caret stands at the end of; an address of mail is none, nor is a path. Pure. */
export function triggerAt(words: string, caret: number): Trigger | null {
  const before = words.slice(0, caret);
  const command = /^\/([^\s/]{0,100})$/.exec(before);
  if (command !== null) return { sign: "/", at: 0, typed: command[1]! };
  const mention = /(?:^|[\s(])@([^\s@"]{0,300})$/.exec(before);
  return mention === null ? null : { sign: "@", at: caret - mention[1]!.length - 1, typed: mention[1]! };
}

/** The words with what was chosen in its place, one space behind it unless it goes on, and where the caret goes. Pure. */
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

/** A path as a message tags it; what the server would not read to its end stands in quotes. Pure. */
export function tagOf(path: string): string {
  const isPlain = /^[A-Za-z0-9_.][A-Za-z0-9_./-]*[A-Za-z0-9_-]$/.test(path);
  return `@${isPlain ? path : JSON.stringify(path)}`;
}

/** At most so many names that hold what is typed, those that begin with it first, also behind an owner. Pure. */
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
