import { queryOptions } from "@tanstack/react-query";
import type { Runtime } from "@tembo-io/sdk";
import { runtimesQuery } from "../api/choices.ts";
import { tembo } from "../api/client.ts";
import { text } from "../text/index.ts";
import type { Scope, ScopeRepository } from "./scope.ts";
import type { Command } from "./split-command.ts";

const FRESH_MS = 60_000;
const MOST = 100;

/**
 * Commands and skills for completion. The commands are those that the harness announced or, until then, the command
 * files in the repositories. If names are equal, the first entry is kept.
 */
export const commandsQuery = ({ repositories, harness, announcedCommands }: Scope) =>
  queryOptions({
    queryKey: ["commands", repositories, harness, announcedCommands],
    queryFn: async ({ signal, client }): Promise<readonly Command[]> => {
      const places =
        announcedCommands === null ? placesOf(await client.fetchQuery(runtimesQuery), harness) : [];
      const lists = await Promise.all([
        announcedCommands === null
          ? Promise.all(repositories.map((one) => commandsOf(one, places, signal)))
          : [
              announcedCommands.map(({ name, description }) => ({
                name,
                kind: "command" as const,
                note: description,
              })),
            ],
        skills(repositories, signal),
      ]);
      return distinct(lists.flat(2));
    },
    staleTime: FRESH_MS,
  });

/** Folder in which a harness searches a repository for commands. */
interface CommandPlace {
  readonly label: string;
  readonly folder: string;
  readonly ending: string;
}

/** Returns the command folders of the harness, or of all harnesses if none is selected. */
const placesOf = (runtimes: readonly Runtime[], harness: string | null): CommandPlace[] =>
  runtimes
    .filter(({ name }) => harness === null || name === harness)
    .flatMap(({ displayName, harness: { commands } }) =>
      commands === null ? [] : [{ label: displayName, ...commands }],
    );

async function commandsOf(
  { id, name }: ScopeRepository,
  places: readonly CommandPlace[],
  signal: AbortSignal,
): Promise<Command[]> {
  const found = await Promise.all(
    places.map(async ({ folder, ending, label }) => {
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
  const [own, shared] = await Promise.all([
    tembo.skills.list({ limit: MOST }, { signal }),
    repositories.length === 0
      ? { items: [] }
      : tembo.skills.list(
          { source: "repository", repositoryIds: repositories.map(({ id }) => id), limit: MOST },
          { signal },
        ),
  ]);
  return [...shared.items, ...own.items].map(({ name, description }) => ({
    name,
    kind: "skill" as const,
    note: text.completion.skill(description),
  }));
}

/** Removes entries with duplicate names. Keeps the first entry of each name. Pure. */
const distinct = (all: readonly Command[]) =>
  [...new Map(all.toReversed().map((one) => [one.name, one])).values()].toReversed();
