import type { PayloadUser, TriggerPayload } from "./payload-of.ts";

/**
 * Filters of all triggers, named as in the public API. The API schema of each trigger lists the filters that it
 * supports.
 */
export interface TriggerFilters {
  /** "owner/name", or the repository's URL. */
  readonly repositories?: readonly string[];
  /** Login names. */
  readonly openedBy?: readonly string[];
  readonly closedBy?: readonly string[];
  readonly mergedBy?: readonly string[];
  readonly pushedBy?: readonly string[];
  readonly commentedBy?: readonly string[];
  readonly botUsernames?: readonly string[];
  /** The base branch of a pull request, or the branch of a workflow or pipeline. "*" matches any text. */
  readonly branches?: readonly string[];
  readonly branchNames?: readonly string[];
  readonly tagNames?: readonly string[];
  readonly refType?: readonly string[];
  readonly labels?: readonly string[];
  readonly messageContains?: readonly string[];
  readonly commentOn?: readonly string[];
  readonly workflowNames?: readonly string[];
  /** False excludes draft pull requests. */
  readonly draftPrs?: boolean;
  readonly draftMrs?: boolean;
  /** False excludes pull requests, merge requests or issues that Tembo opened. */
  readonly temboPrs?: boolean;
  readonly temboMrs?: boolean;
  readonly temboIssues?: boolean;
}

/**
 * True if an event passes every filter that is set. An absent or empty list accepts all events. A list needs only one matching entry. Branch and tag
 * names, `refType` and `commentOn` are case-sensitive. Other text is case-insensitive. Pure.
 */
export function matchesFilters(payload: TriggerPayload, filters: TriggerFilters): boolean {
  const { actor, pullRequest, issue, comment, check, ref } = payload;
  const opener = (pullRequest ?? issue)?.author ?? null;
  return (
    any(filters.repositories, (wanted) => isRepository(payload, wanted)) &&
    any(filters.openedBy, (login) => isUser(opener, login)) &&
    any(filters.closedBy, (login) => isUser(actor, login)) &&
    any(filters.mergedBy, (login) => isUser(actor, login)) &&
    any(filters.pushedBy, (login) => isUser(actor, login)) &&
    any(filters.commentedBy, (login) => isUser(comment?.author ?? null, login)) &&
    any(filters.botUsernames, (login) => isUser(comment?.author ?? null, login)) &&
    any(filters.branches, (name) => isNamed(pullRequest?.base ?? check?.branch ?? null, name)) &&
    (ref?.type !== "branch" || any(filters.branchNames, (name) => isNamed(ref.name, name))) &&
    (ref?.type !== "tag" || any(filters.tagNames, (name) => isNamed(ref.name, name))) &&
    any(filters.refType, (type) => ref?.type === type) &&
    any(filters.labels, (label) => (pullRequest ?? issue)?.labels.some((one) => same(one, label)) === true) &&
    any(filters.messageContains, (text) => fold(comment?.body ?? "").includes(fold(text))) &&
    any(filters.commentOn, (on) => comment?.on === on) &&
    any(filters.workflowNames, (name) => check !== undefined && same(check.name, name)) &&
    !(isFalse(filters.draftPrs, filters.draftMrs) && pullRequest?.isDraft === true) &&
    !(isFalse(filters.temboPrs, filters.temboMrs) && pullRequest?.isTembo === true) &&
    !(isFalse(filters.temboIssues) && issue?.isTembo === true)
  );
}

function any(wanted: readonly string[] | undefined, matches: (one: string) => boolean): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.some(matches);
}

function isRepository({ repository }: TriggerPayload, wanted: string): boolean {
  const plain = (text: string) =>
    fold(text)
      .replace(/\/+$/, "")
      .replace(/\.git$/, "");
  const path = `${repository.owner}/${repository.name}`;
  return [path, repository.url].some((one) => plain(one) === plain(wanted));
}

function isUser(user: PayloadUser | null, login: string): boolean {
  return user !== null && same(user.login, login.replace(/^@/, ""));
}

/**
 * Matches a name against a pattern in which `*` matches any text, including "/". Does not use a regular expression,
 * because a crafted filter could make it slow.
 */
function isNamed(name: string | null, wanted: string): boolean {
  if (name === null) return false;
  const [start = "", ...parts] = wanted.split("*");
  if (parts.length === 0) return name === wanted;
  const end = parts.pop() ?? "";
  if (!name.startsWith(start) || name.length < start.length + end.length || !name.endsWith(end)) return false;
  let rest = name.slice(start.length, name.length - end.length);
  return parts.every((part) => {
    const at = rest.indexOf(part);
    rest = rest.slice(at + part.length);
    return at >= 0;
  });
}

const isFalse = (...settings: readonly (boolean | undefined)[]) => settings.includes(false);
const fold = (text: string) => text.toLowerCase();
const same = (one: string, other: string) => fold(one) === fold(other);
