import { parseRepositoryReference } from "../../forges/index.ts";
import type { SessionsPorts, SessionsStore } from "../ports.ts";
import { sizeDefaults } from "../project/choose-project.ts";
import type { FoundRepository, SessionInputs, WantedInputs } from "./new-session-store.ts";
import { keyOf, type SessionRequest } from "./session-request.ts";

/**
 * Reads in one statement what a new session usually refers to. Returns the store, whose queries answer from the result.
 * A query for anything else reads it from the database.
 */
export async function prefetchInputs(
  { store, settings }: Pick<SessionsPorts, "store" | "settings">,
  organizationId: string,
  request: SessionRequest,
): Promise<SessionsStore> {
  const wanted = wantedInputs(settings.publicUrl, request);
  const inputs = await store.newSessions.readInputs(organizationId, wanted);
  const isSameOrganization = (id: string) => id === organizationId;
  return {
    ...store,
    organizations: {
      ...store.organizations,
      find: async (id) => (isSameOrganization(id) ? inputs.organization : store.organizations.find(id)),
    },
    apiKeys: {
      ...store.apiKeys,
      userOf: async (id) => (id === wanted.keyId ? inputs.userId : store.apiKeys.userOf(id)),
    },
    users: {
      ...store.users,
      find: async (id) => (id === inputs.userId ? inputs.user : store.users.find(id)),
    },
    members: {
      ...store.members,
      ofUser: async (id, userId) =>
        isSameOrganization(id) && userId === inputs.userId ? inputs.member : store.members.ofUser(id, userId),
    },
    models: {
      ...store.models,
      choices: async (id) => (isSameOrganization(id) ? [...inputs.modelChoices] : store.models.choices(id)),
    },
    secrets: {
      ...store.secrets,
      credentialNames: async (id, kind) =>
        isSameOrganization(id) && kind === "provider"
          ? [...inputs.providerCredentialNames]
          : store.secrets.credentialNames(id, kind),
    },
    ...foundIn(store, isSameOrganization, inputs),
  };
}

function wantedInputs(publicUrl: string, request: SessionRequest): WantedInputs {
  const references = (request.repositoryUrls ?? []).map((url) => parseRepositoryReference(publicUrl, url));
  return {
    keyId: keyOf(request),
    repositories: {
      ids: request.repositoryIds ?? [],
      urlKeys: references.flatMap((one) => (one?.kind === "connected" ? [one.urlKey] : [])),
      paths: references.flatMap((one) => (one?.kind === "local" ? [one] : [])),
      fullNames: references.flatMap((one) => (one?.kind === "fullName" ? [one.fullName] : [])),
    },
  };
}

/** Returns the queries for repositories and default projects. A repository that was not found is looked up again. */
function foundIn(
  { repositories, projects }: SessionsStore,
  isSameOrganization: (id: string) => boolean,
  { repositories: found, repositoryDefaults, sizeDefaults: ofSizes }: SessionInputs,
): Pick<SessionsStore, "repositories" | "projects"> {
  const named = (by: FoundRepository["namedBy"], name: string) =>
    found.filter((one) => one.namedBy === by && one.name === name).map(({ repository }) => repository);
  const foundIds = new Set(found.map(({ repository }) => repository.id));
  return {
    repositories: {
      ...repositories,
      async findMany(id, ids) {
        const known = ids.flatMap((one) => named("id", one.toLowerCase()));
        return isSameOrganization(id) && known.length === ids.length ? known : repositories.findMany(id, ids);
      },
      async findByConnectedUrl(id, key) {
        const [known] = named("urlKey", key);
        return isSameOrganization(id) && known ? known : repositories.findByConnectedUrl(id, key);
      },
      async findByPath(id, forge, owner, name) {
        const [known] = forge === "local" ? named("path", `${owner}/${name}`) : [];
        return isSameOrganization(id) && known ? known : repositories.findByPath(id, forge, owner, name);
      },
      async findByFullName(id, fullName) {
        const known = named("fullName", fullName);
        return isSameOrganization(id) && known.length > 0 ? known : repositories.findByFullName(id, fullName);
      },
    },
    projects: {
      ...projects,
      async defaultsForRepositories(id, ids) {
        const isSame = new Set(ids).size === foundIds.size && ids.every((one) => foundIds.has(one));
        return isSameOrganization(id) && isSame
          ? [...repositoryDefaults]
          : projects.defaultsForRepositories(id, ids);
      },
      defaultsForSizes: async (id) =>
        isSameOrganization(id) ? sizeDefaults(ofSizes) : projects.defaultsForSizes(id),
    },
  };
}
