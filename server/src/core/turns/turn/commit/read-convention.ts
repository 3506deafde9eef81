/** Style of the first lines of a repository's commits. */
export interface Convention {
  readonly prefix: Prefix;
  /** True if the text after the prefix starts with a lowercase letter. */
  readonly startsLower: boolean;
}

export type Prefix =
  | { readonly kind: "none" }
  /**
   * `fix(login): check expiry` (conventionalcommits.org), with the count of each scope. `scopes` is empty if most
   * commits have no scope.
   */
  | { readonly kind: "conventional"; readonly types: ReadonlySet<string>; readonly scopes: Counts }
  /** `login: check expiry` */
  | { readonly kind: "area"; readonly areas: Counts }
  /**
   * `APP-12: Check expiry`. In `pattern`, `%` is the placeholder for the ticket. `projects` contains the prefixes of
   * the tickets.
   */
  | { readonly kind: "ticket"; readonly pattern: string; readonly projects: ReadonlySet<string> };

export type Counts = ReadonlyMap<string, number>;

const MIN_SUBJECTS = 3;
/** Minimum share of the subjects that must match. */
const MIN_SHARE = 0.6;

const conventional =
  /^(feat|fix|docs?|chore|refactor|tests?|perf|build|ci|style|revert|deps|release)(?:\(([^()]{1,60})\))?!?: +(.+)$/i;
const area = /^([\w@.][\w@./+-]{0,60}(?:, ?[\w@.][\w@./+-]{0,60}){0,3}): +(.+)$/;
const ticket = /^(\[?)([A-Z][A-Z0-9]{1,9})-\d{1,7}(\]?:?(?: -)?) +(.+)$/;
/** Matches subjects that programs write, or that are the same in every repository. */
const noExample =
  /^(Merge |Revert |Bump |Release |v?\d+\.\d+|Initial commit$|First( commit)?$|fixup!|squash!)/;

/** Infers the convention from the latest subjects of a branch. Pure. */
export function readConvention(subjects: readonly string[]): Convention {
  const examples = subjects
    .map((subject) => subject.trim())
    .filter((one) => one !== "" && !noExample.test(one));
  if (examples.length < MIN_SUBJECTS) return { prefix: { kind: "none" }, startsLower: false };
  const matching = (pattern: RegExp) =>
    examples.map((subject) => pattern.exec(subject)).filter((match) => match !== null);
  const isUsed = (matches: readonly RegExpExecArray[]) => matches.length >= examples.length * MIN_SHARE;

  const conventionals = matching(conventional);
  if (isUsed(conventionals)) {
    const scopes = conventionals.flatMap((match) => (match[2] === undefined ? [] : [match[2]]));
    const types = new Set(conventionals.map((match) => match[1]!.toLowerCase()));
    const prefix = {
      kind: "conventional",
      types,
      scopes: scopes.length * 2 >= conventionals.length ? countsOf(scopes) : new Map<string, number>(),
    } as const;
    return { prefix, startsLower: isMostlyLower(conventionals.map((match) => match[3]!)) };
  }
  const tickets = matching(ticket);
  if (isUsed(tickets)) {
    const patterns = countsOf(tickets.map((match) => `${match[1]}%${match[3]}`));
    const [[pattern]] = [...patterns].sort(([, one], [, other]) => other - one) as [[string, number]];
    const prefix = { kind: "ticket", pattern, projects: new Set(tickets.map((match) => match[2]!)) } as const;
    return { prefix, startsLower: isMostlyLower(tickets.map((match) => match[4]!)) };
  }
  const areas = matching(area);
  if (isUsed(areas)) {
    const names = areas.flatMap((match) => match[1]!.split(/, ?/));
    return {
      prefix: { kind: "area", areas: countsOf(names) },
      startsLower: isMostlyLower(areas.map((match) => match[2]!)),
    };
  }
  return { prefix: { kind: "none" }, startsLower: isMostlyLower(examples) };
}

function countsOf(names: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function isMostlyLower(texts: readonly string[]): boolean {
  const lettered = texts.filter((text) => /^\p{L}/u.test(text));
  return lettered.filter((text) => /^\p{Ll}/u.test(text)).length * 2 > lettered.length;
}
