import { queryOptions } from "@tanstack/react-query";
import { fullName } from "../repositories/chosen-repository.ts";
import { tembo } from "./client.ts";

/** An option with its label. Each query requests at most 100 options. */
interface Choice {
  readonly value: string;
  readonly label: string;
}

const RARELY_MS = 60_000;
const MOST = 100;

const repositoriesQuery = queryOptions({
  queryKey: ["repositories", "choices"],
  queryFn: async ({ signal }) => (await tembo.repositories.list({ limit: MOST }, { signal })).items,
  staleTime: RARELY_MS,
});

export const runtimesQuery = queryOptions({
  queryKey: ["runtimes"],
  queryFn: async ({ signal }) => (await tembo.runtimes.list({ limit: MOST }, { signal })).items,
  staleTime: RARELY_MS,
});

export const repositoryChoices = queryOptions({
  ...repositoriesQuery,
  select: (items): Choice[] =>
    items.map((repository) => ({ value: repository.id, label: fullName(repository) })),
});

/** Base branches by repository ID. */
export const repositoryBranches = queryOptions({
  ...repositoriesQuery,
  select: (items) => new Map(items.map(({ id, baseBranch }) => [id, baseBranch])),
});

/** Repository names by ID. */
export const repositoryNames = queryOptions({
  ...repositoriesQuery,
  select: (items) => new Map(items.map(({ id, name }) => [id, name])),
});

export const harnessChoices = queryOptions({
  ...runtimesQuery,
  select: (items): Choice[] => items.map(({ name, displayName }) => ({ value: name, label: displayName })),
});

export const authorChoices = (organizationId: string) =>
  queryOptions({
    queryKey: ["members", "choices", organizationId],
    queryFn: async ({ signal }): Promise<Choice[]> => {
      const { items } = await tembo.organizations.members.list(organizationId, { limit: MOST }, { signal });
      return items.flatMap(({ userId, firstName, lastName, emailAddress }) => {
        const name = [firstName, lastName].filter((part) => part !== null).join(" ");
        return userId === null ? [] : [{ value: userId, label: name === "" ? emailAddress : name }];
      });
    },
    staleTime: RARELY_MS,
  });

export const agentChoices = queryOptions({
  queryKey: ["agents", "choices"],
  queryFn: async ({ signal }): Promise<Choice[]> => {
    const { items } = await tembo.agents.list({ limit: MOST }, { signal });
    return items.map(({ id, name }) => ({ value: id, label: name }));
  },
  staleTime: RARELY_MS,
});
