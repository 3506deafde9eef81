/** A word that is being written behind "@": where it begins, and what of it is there. */
export interface Mention {
  readonly at: number;
  readonly typed: string;
}

/** The mention that the caret stands at the end of; an address of mail is none. Pure. */
export function mentionAt(prompt: string, caret: number): Mention | null {
  const match = /(?:^|[\s(])@([\p{L}\p{N}_./-]{0,100})$/u.exec(prompt.slice(0, caret));
  return match === null ? null : { at: caret - match[1]!.length - 1, typed: match[1]! };
}

/** The prompt with the mention written out, and where the caret goes. Pure. */
export function complete(prompt: string, mention: Mention, name: string): { prompt: string; caret: number } {
  const end = mention.at + 1 + mention.typed.length;
  const rest = prompt.slice(end);
  const words = `@${name}${/^\s/.test(rest) ? "" : " "}`;
  return { prompt: prompt.slice(0, mention.at) + words + rest, caret: mention.at + `@${name} `.length };
}

/** At most eight names that hold what is typed, those that begin with it first. Pure. */
export function matching<Named extends { readonly label: string }>(
  all: readonly Named[],
  typed: string,
): readonly Named[] {
  const sought = typed.toLowerCase();
  const rank = ({ label }: Named) => {
    const name = label.toLowerCase();
    return name.startsWith(sought) || name.includes(`/${sought}`) ? 0 : name.includes(sought) ? 1 : 2;
  };
  return all
    .filter((one) => rank(one) < 2)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 8);
}
