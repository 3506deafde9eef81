import { queryOptions } from "@tanstack/react-query";
import { tembo } from "../api/client.ts";
import { text } from "../text/index.ts";
import type { Scope, ScopeRepository } from "./scope.ts";
import type { Command } from "./split-command.ts";

const FRESH_MS = 60_000;
const MOST = 100;

/** Where harnesses look for commands in a repository. */
const folders = [
  { harness: "claudeCode", label: "Claude Code", folder: ".claude/commands/", ending: ".md" },
  { harness: "opencode", label: "OpenCode", folder: ".opencode/command/", ending: ".md" },
  { harness: "gemini", label: "Gemini CLI", folder: ".gemini/commands/", ending: ".toml" },
] as const;

/** What a harness told of itself counts; before that what lies in the repositories, and the skills, which every harness has. */
export const commandsQuery = ({ repositories, harness, told }: Scope) =>
  queryOptions({
    queryKey: ["commands", repositories, harness, told],
    queryFn: async ({ signal }): Promise<readonly Command[]> => {
      const lists = await Promise.all([
        told === null
          ? Promise.all(repositories.map((one) => commandsOf(one, harness, signal)))
          : [told.map(({ name, description }) => ({ name, kind: "command" as const, note: description }))],
        skills(repositories, signal),
      ]);
      return distinct(lists.flat(2));
    },
    staleTime: FRESH_MS,
  });

async function commandsOf(
  { id, name }: ScopeRepository,
  harness: string | null,
  signal: AbortSignal,
): Promise<Command[]> {
  const wanted = folders.filter((one) => harness === null || one.harness === harness);
  const found = await Promise.all(
    wanted.map(async ({ folder, ending, label }) => {
      const { items } = await tembo.repositories.tree(id, { search: folder, limit: MOST }, { signal });
      return items
        .map(({ path }) => path)
        .filter((path) => path.startsWith(folder) && path.endsWith(ending))
        .map((path) => path.slice(folder.length, -ending.length))
        .filter((command) => command !== "" && !/[\s/]/.test(command))
        .map((command) => ({
          name: command,
          kind: "command" as const,
          note: text.completion.command(name, label),
        }));
    }),
  );
  return found.flat();
}

async function skills(repositories: readonly ScopeRepository[], signal: AbortSignal): Promise<Command[]> {
  const [own, theirs] = await Promise.all([
    tembo.skills.list({ limit: MOST }, { signal }),
    repositories.length === 0
      ? { items: [] }
      : tembo.skills.list(
          { source: "repository", repositoryIds: repositories.map(({ id }) => id), limit: MOST },
          { signal },
        ),
  ]);
  return [...theirs.items, ...own.items].map(({ name, description }) => ({
    name,
    kind: "skill" as const,
    note: text.completion.skill(description),
  }));
}

/** Of two with one name the first. Pure. */
const distinct = (all: readonly Command[]) =>
  [...new Map(all.toReversed().map((one) => [one.name, one])).values()].toReversed();
