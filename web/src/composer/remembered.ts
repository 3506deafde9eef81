import type { Choices, Draft } from "./draft.ts";

/** The person's last choices, which this browser stores. */
export interface Remembered {
  /** Repositories of the last session. */
  readonly repositoryIds: readonly string[];
  /** Choices by repository, the latest first. The ID is empty for sessions without a repository. */
  readonly choices: readonly (readonly [repositoryId: string, Choices])[];
}

/** Maximum number of repositories whose choices are stored. */
export const MAX_REMEMBERED = 50;

export const nothingRemembered: Remembered = { repositoryIds: [], choices: [] };

/** Adds the choices of a started session. Drops those of the repository that was used least recently. Pure. */
export function remember({ choices }: Remembered, draft: Draft): Remembered {
  const { repositoryIds, baseBranch, harness, model, reasoningLevel, mode, sandboxSize, egress } = draft;
  const last = { baseBranch, harness, model, reasoningLevel, mode, sandboxSize, egress };
  const used = repositoryIds.length === 0 ? [""] : repositoryIds;
  const others = choices.filter(([id]) => !used.includes(id));
  const all = [...used.map((id) => [id, last] as const), ...others];
  return { repositoryIds, choices: all.slice(0, MAX_REMEMBERED) };
}

/** Returns the last choices for these repositories, of which the first one counts. Empty if there are none. Pure. */
export function recall({ choices }: Remembered, repositoryIds: readonly string[]): Partial<Choices> {
  return choices.find(([id]) => id === (repositoryIds[0] ?? ""))?.[1] ?? {};
}

/**
 * Selects other repositories. If the first one changes, its last choices apply, and a branch of the previous repository
 * does not. Pure.
 */
export function withRepositories(
  old: Draft,
  repositoryIds: readonly string[],
  remembered: Remembered,
): Partial<Draft> {
  if (repositoryIds[0] === old.repositoryIds[0]) return { repositoryIds };
  return { repositoryIds, baseBranch: "", ...recall(remembered, repositoryIds) };
}

/**
 * Adds the repository of a link, with its last choices and the given branch. Keeps the other selected repositories only
 * if the draft already has a prompt. Pure.
 */
export function withGiven(
  old: Draft,
  { repository, branch }: { readonly repository: string; readonly branch: string | undefined },
  remembered: Remembered,
): Partial<Draft> {
  const kept = old.prompt.trim() === "" ? [] : old.repositoryIds;
  return {
    ...withRepositories(old, [...new Set([...kept, repository])], remembered),
    ...(branch !== undefined && { baseBranch: branch }),
  };
}

/** Parses the stored choices. Omits invalid parts, for example from another version. Pure. */
export function readRemembered(stored: string | null, empty: Choices): Remembered {
  try {
    const { repositoryIds, choices } = JSON.parse(stored ?? "{}") as Record<string, unknown>;
    return {
      repositoryIds: asList(repositoryIds).filter((id) => typeof id === "string"),
      choices: asList(choices)
        .flatMap((entry) => readEntry(entry, empty))
        .slice(0, MAX_REMEMBERED),
    };
  } catch {
    return nothingRemembered;
  }
}

function readEntry(entry: unknown, empty: Choices): readonly (readonly [string, Choices])[] {
  const [id, given] = asList(entry);
  if (typeof id !== "string" || typeof given !== "object" || given === null) return [];
  const fields = Object.entries(empty).map(([name, value]) => {
    const stored = (given as Record<string, unknown>)[name];
    return [name, typeof stored === "string" ? stored : value];
  });
  return [[id, Object.fromEntries(fields) as Choices]];
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
