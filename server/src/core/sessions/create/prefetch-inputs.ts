import { parseRepositoryReference, type Repository, repositoryKey } from "../../forges/index.ts";
import type { SessionsPorts, SessionsStore } from "../ports.ts";
import { sizeDefaults } from "../project/choose-project.ts";
import type { SessionInputs, WantedInputs } from "./new-session-store.ts";
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
  const isOurs = (id: string) => id === organizationId;
  return {
    ...store,
    organizations: {
      ...store.organizations,
      find: async (id) => (isOurs(id) ? inputs.organization : store.organizations.find(id)),
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
        isOurs(id) && userId === inputs.userId ? inputs.member : store.members.ofUser(id, userId),
    },
    models: {
      ...store.models,
      choices: async (id) => (isOurs(id) ? [...inputs.modelChoices] : store.models.choices(id)),
    },
    secrets: {
      ...store.secrets,
      credentialNames: async (id, kind) =>
        isOurs(id) && kind === "provider"
          ? [...inputs.providerCredentialNames]
          : store.secrets.credentialNames(id, kind),
    },
    ...foundIn(store, organizationId, inputs),
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
  organizationId: string,
  { repositories: { byId, byUrlKey, byPath, byFullName }, ...inputs }: SessionInputs,
): Pick<SessionsStore, "repositories" | "projects"> {
  const isOurs = (id: string) => id === organizationId;
  const found = new Set([...byId, ...byUrlKey, ...byPath, ...byFullName].map(({ id }) => id));
  return {
    repositories: {
      ...repositories,
      async findMany(id, ids) {
        const known = ids.flatMap((one) => byId.filter((repository) => repository.id === one.toLowerCase()));
        return isOurs(id) && known.length === ids.length ? known : repositories.findMany(id, ids);
      },
      async findByConnectedUrl(id, key) {
        const known = byUrlKey.find(
          ({ connectedUrl }) => connectedUrl !== null && repositoryKey(connectedUrl) === key,
        );
        return isOurs(id) && known !== undefined ? known : repositories.findByConnectedUrl(id, key);
      },
      async findByPath(id, forge, owner, name) {
        const known = byPath.find((one) => one.forge === forge && isNamed(one, `${owner}/${name}`));
        return isOurs(id) && known !== undefined ? known : repositories.findByPath(id, forge, owner, name);
      },
      async findByFullName(id, fullName) {
        const known = byFullName.filter((one) => isNamed(one, fullName));
        return isOurs(id) && known.length > 0 ? known : repositories.findByFullName(id, fullName);
      },
    },
    projects: {
      ...projects,
      async defaultsForRepositories(id, ids) {
        const isSame = new Set(ids).size === found.size && ids.every((one) => found.has(one));
        return isOurs(id) && isSame
          ? [...inputs.repositoryDefaults]
          : projects.defaultsForRepositories(id, ids);
      },
      defaultsForSizes: async (id) =>
        isOurs(id) ? sizeDefaults(inputs.sizeDefaults) : projects.defaultsForSizes(id),
    },
  };
}

const isNamed = ({ owner, name }: Repository, fullName: string) =>
  `${owner}/${name}`.toLowerCase() === fullName.toLowerCase();
