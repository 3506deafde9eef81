import type { Tembo } from "@tembo-io/sdk";
import type { Candidate } from "./candidates.ts";

const limit = 100;
const one = (value: string, description: string | null | undefined): Candidate => ({
  value,
  description: description ?? "",
});

/**
 * Functions that return items of a kind from the first page of a list. The key is the text in the angle brackets of an
 * argument or option.
 */
export const sources: Readonly<Record<string, (client: Tembo) => Promise<Candidate[]>>> = {
  async session(client) {
    const { items } = await client.sessions.list({ limit, state: "active" });
    return items.map(({ id, title, state }) => one(id, `${state.current ?? "draft"}: ${title}`));
  },
  async "archived-session"(client) {
    const { items } = await client.sessions.list({ limit, state: "archived" });
    return items.map(({ id, title }) => one(id, title));
  },
  async agent(client) {
    const { items } = await client.agents.list({ limit });
    return items.map(({ id, name }) => one(id, name));
  },
  async project(client) {
    const { items } = await client.projects.list({ limit });
    return items.map(({ id, name }) => one(id, name));
  },
  async template(client) {
    const { items } = await client.agents.templates.list({ limit });
    return items.map(({ name, title }) => one(name, title));
  },
  async artifact(client) {
    const { items } = await client.artifacts.list({ limit });
    return items.map(({ id, title }) => one(id, title));
  },
  async "pull-request"(client) {
    const { items } = await client.pullRequests.list({ limit });
    return items.map(({ id, title, state }) => one(id, `${state}: ${title ?? ""}`));
  },
  async target(client) {
    const [sessions, pullRequests] = await Promise.all([
      client.sessions.list({ limit, state: "active" }),
      client.pullRequests.list({ limit }),
    ]);
    return [
      ...sessions.items.map(({ id, title }) => one(id, `session: ${title}`)),
      ...pullRequests.items.map(({ id, title }) => one(id, `pull request: ${title ?? ""}`)),
    ];
  },
  async repository(client) {
    const { items } = await client.repositories.list({ limit });
    return items.map(({ owner, name, description }) =>
      one(owner === null ? name : `${owner}/${name}`, description),
    );
  },
  async model(client) {
    const { items } = await client.models.list({ limit });
    return items.map(({ name, label }) => one(name, label));
  },
  async provider(client) {
    const { modelProviders } = await client.models.list({ limit: 1 });
    return [
      one("own", "the model's vendor, with the organization's key"),
      one("server", "the model's vendor, with the server's key"),
      one("default", "default of the model family"),
      ...modelProviders.flatMap(({ name, label, inferenceProvider }) =>
        inferenceProvider === null ? [] : [one(name, label)],
      ),
    ];
  },
  async "harness:model"(client) {
    const { items } = await client.runtimes.list({ limit });
    return items.flatMap(({ name, displayName, compatibleModels }) => [
      one(name, displayName),
      ...compatibleModels.map((model) => one(`${name}:${model.name}`, model.label)),
    ]);
  },
  async skill(client) {
    const { items } = await client.skills.list({ limit });
    return items.map(({ name, description }) => one(name, description));
  },
  async connection(client) {
    const { items } = await client.mcpConnections.list({ limit });
    return items.map(({ name, type }) => one(name, type));
  },
  async forge(client) {
    const { items } = await client.integrations.providers({ limit });
    return items.flatMap(({ integrationType, displayName, forge }) =>
      forge === undefined ? [] : [one(integrationType, displayName)],
    );
  },
  async integration(client) {
    const { items } = await client.integrations.list({ limit });
    return items.map(({ id, displayName }) => one(id, displayName));
  },
  async webhook(client) {
    const { items } = await client.webhooks.list({ limit });
    return items.map(({ id, url }) => one(id, url));
  },
  async key(client) {
    const { items } = await client.apiKeys.list({ limit });
    return items.map(({ id, name }) => one(id, name));
  },
  async secret(client) {
    const { orgId } = await client.me.retrieve();
    if (orgId === null) return [];
    const { items } = await client.organizations.secrets.list(orgId, { limit });
    return items.map(({ key }) => one(key, "secret"));
  },
  async member(client) {
    const { orgId } = await client.me.retrieve();
    if (orgId === null) return [];
    const { items } = await client.organizations.members.list(orgId, { limit });
    return items.map(({ emailAddress, role }) => one(emailAddress, role));
  },
  async setting(client) {
    const { orgId } = await client.me.retrieve();
    if (orgId === null) return [];
    const { settings } = await client.organizations.settings.retrieve(orgId);
    return Object.entries(settings).map(([name, value]) => one(name, JSON.stringify(value)));
  },
};
