import type { SessionListItem } from "@tembo-io/sdk";

/** The groups in the order of the list. */
export const groupNames = ["needsYou", "pinned", "working", "review", "draft", "done"] as const;
export type GroupName = (typeof groupNames)[number];

export interface Group {
  readonly name: GroupName;
  /** The sessions that have loaded. */
  readonly sessions: readonly SessionListItem[];
  /** Number of all sessions of the group, or null if it is unknown because more of them load later. */
  readonly total: number | null;
}

export interface LoadedGroups {
  readonly needsYou: Loaded;
  readonly pinned: Loaded;
  readonly working: Loaded;
  readonly review: Loaded;
  readonly draft: Loaded;
  /** Sessions that have ended, newest first. */
  readonly done: readonly SessionListItem[];
}

interface Loaded {
  readonly items: readonly SessionListItem[];
  readonly totalCount?: number | undefined;
}

/**
 * Puts each session into one group, the first that matches: a plan that waits for approval has ended its turn, and its
 * session may have an open pull request. Omits empty groups. Pure.
 */
export function groupSessions({ needsYou, pinned, working, review, draft, done }: LoadedGroups): Group[] {
  const taken = new Set<string>();
  const take = (items: readonly SessionListItem[]) =>
    items.filter(({ id }) => {
      if (taken.has(id)) return false;
      taken.add(id);
      return true;
    });
  const group = (name: GroupName, { items, totalCount }: Loaded): Group => {
    const sessions = take(items);
    const repeated = items.length - sessions.length;
    return { name, sessions, total: (totalCount ?? items.length) - repeated };
  };
  const groups = [
    group("needsYou", needsYou),
    group("pinned", pinned),
    group("working", working),
    group("review", review),
    group("draft", draft),
    { name: "done" as const, sessions: take(done), total: null },
  ];
  return groups.filter(({ sessions, total }) => sessions.length > 0 || (total ?? 0) > 0);
}

/**
 * Returns the groups of filtered sessions in the order of the list. Each session is in the first group that its own
 * state matches. Pure.
 */
export function groupByState(sessions: readonly SessionListItem[]): Group[] {
  const byName = Map.groupBy(sessions, groupOf);
  return groupNames.flatMap((name) => {
    const own = byName.get(name);
    return own === undefined ? [] : [{ name, sessions: own, total: null }];
  });
}

function groupOf({ attention, isPinned, state: { current }, artifacts }: SessionListItem): GroupName {
  if (attention !== null) return "needsYou";
  if (isPinned) return "pinned";
  if (current === undefined) return "draft";
  if (current === "queued" || current === "inProgress") return "working";
  const hasOpen = artifacts.some(({ pullRequests }) => pullRequests.some(({ status }) => status === "open"));
  return hasOpen && current !== "failed" ? "review" : "done";
}

/** Line of the list: a heading, a session, or a link to the other sessions of a group. */
export type Line =
  | { readonly kind: "heading"; readonly name: GroupName; readonly total: number | null }
  | { readonly kind: "session"; readonly session: SessionListItem }
  | { readonly kind: "more"; readonly name: GroupName; readonly total: number };

/** Returns the lines of the groups. Pure. */
export function linesOf(groups: readonly Group[]): Line[] {
  return groups.flatMap(({ name, sessions, total }): Line[] => [
    { kind: "heading", name, total },
    ...sessions.map((session) => ({ kind: "session" as const, session })),
    ...(total !== null && total > sessions.length ? [{ kind: "more" as const, name, total }] : []),
  ]);
}
