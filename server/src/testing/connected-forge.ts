import { syncIntegration } from "../core/forges/connection/sync/sync-integration.ts";
import { getRepositories, type Repository } from "../core/forges/index.ts";
import { aForgeRepository } from "./fake-forge.ts";
import type { IntegrationServer } from "./integration-server.ts";

const never = new AbortController().signal;
let counter = 0;

/** Connects GitHub at a unique URL. The forge's repositories have URLs below this URL. */
export async function connectForge(server: IntegrationServer, change: object = {}) {
  const host = `https://forge-${++counter}.example`;
  const id = await server.addForge({ type: "github", accessToken: "good", baseUrl: host, ...change });
  const { organizationId, store } = server.testStore;
  return {
    id,
    host,
    /** Adds or changes a repository on the forge. */
    forge: (externalId: string, fullName: string, more: object = {}) =>
      server.github.repositories.set(
        externalId,
        aForgeRepository(externalId, fullName, { url: `${host}/${fullName}`, ...more }),
      ),
    sync: (options = { enablesNew: false }, signal = never) =>
      syncIntegration(server.ports, id, options, signal),
    /** Returns the stored repositories, keyed by the forge's ID. */
    storedRepositories: async (): Promise<Record<string, Repository>> => {
      const all = await store.repositories.ofIntegration(id);
      return Object.fromEntries(all.map((repository) => [repository.externalId ?? "", repository]));
    },
    update: (repositoryId: string, change: object) =>
      server.call(`PATCH /v1/repositories/${repositoryId}`, change),
    getByUrl: (url: string) => getRepositories(server.ports, organizationId, { urls: [url], ids: [] }),
  };
}
