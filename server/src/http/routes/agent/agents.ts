import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { getOrganization } from "../../../core/accounts/index.ts";
import {
  type AgentOverview,
  agentTemplates,
  getAgent,
  getTemplate,
  restoreRevision,
  updateAgent,
} from "../../../core/automation/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { agentItemView, agentView, documentedAgentView, revisionView, templateView } from "./agent-view.ts";
import { createFromBody, createFromDocumented, filterOf, toAgentChange } from "./agent-words.ts";

export function agentRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.agentCreateDocumented, async ({ organizationId, body, raw }) =>
    documentedAgentView(
      await createFromDocumented(ports, { organizationId, authorId: raw.caller.apiKeyId }, body),
    ),
  );

  route(app, operations.agentList, async ({ organizationId, query }) => {
    const filter = filterOf(query);
    const owner = await ownerOf(organizationId);
    const { items, nextCursor } = await ports.store.agents.list(organizationId, filter);
    const [totalCount, integrationTypes] = await Promise.all([
      ports.store.agents.count(organizationId),
      ports.store.agents.integrationTypes(organizationId),
    ]);
    return {
      items: items.map((agent) => agentItemView(agent, owner)),
      nextCursor,
      filterOptions: { totalCount, integrationTypes: [...integrationTypes] },
    };
  });

  route(app, operations.agentCreate, async ({ organizationId, body, raw }) => {
    const { id } = await createFromBody(ports, { organizationId, authorId: raw.caller.apiKeyId }, body);
    return shown(organizationId, id);
  });

  route(app, operations.agentTemplateList, async ({ query }) => {
    const start =
      query.cursor === undefined ? 0 : agentTemplates.findIndex(({ name }) => name === query.cursor) + 1;
    const page = agentTemplates.slice(start, start + query.limit);
    const hasMore = start + query.limit < agentTemplates.length;
    const items = page.map((template) => templateView(template, ports.settings.defaultAgent));
    return { items, nextCursor: hasMore ? items.at(-1)!.name : null };
  });
  route(app, operations.agentTemplateRetrieve, async ({ params }) =>
    templateView(getTemplate(params.templateName), ports.settings.defaultAgent),
  );

  route(app, operations.agentRetrieve, async ({ organizationId, params }) =>
    shown(organizationId, params.agentId),
  );

  route(app, operations.agentUpdate, async ({ organizationId, params, body, raw }) => {
    const which = {
      organizationId,
      id: params.agentId,
      authorId: raw.caller.apiKeyId,
      ...(body.expectedUpdatedAt !== undefined && { expectedUpdatedAt: new Date(body.expectedUpdatedAt) }),
    };
    await updateAgent(ports, which, toAgentChange(body));
    return shown(organizationId, params.agentId);
  });

  route(app, operations.agentDelete, async ({ organizationId, params }) => {
    const { id } = await getAgent(ports, organizationId, params.agentId);
    await ports.store.agents.delete(organizationId, id);
    return { id, deleted: true as const };
  });

  route(app, operations.agentContentRevisionList, async ({ organizationId, params, query }) => {
    const { id } = await getAgent(ports, organizationId, params.agentId);
    const read = await ports.store.agents.revisions(id, {
      limit: query.limit + 1,
      ...(query.cursor !== undefined && { before: Number(query.cursor) }),
    });
    const items = read.slice(0, query.limit).map(revisionView);
    return { items, nextCursor: read.length > query.limit ? String(items.at(-1)!.version) : null };
  });
  route(app, operations.agentContentRevisionRetrieve, async ({ organizationId, params }) => {
    const { id } = await getAgent(ports, organizationId, params.agentId);
    const revision = await ports.store.agents.findRevision(id, params.version);
    if (revision === null)
      throw new AppError("not_found", `This agent's instructions have no version ${params.version}.`);
    return { ...revisionView(revision), instructions: revision.instructions && { ...revision.instructions } };
  });
  route(app, operations.agentContentRevisionRestore, async ({ organizationId, params, body, raw }) => {
    const which = { organizationId, id: params.agentId, authorId: raw.caller.apiKeyId };
    const { version } = params;
    await restoreRevision(ports, which, { version, expectedVersion: body.expectedContentVersion });
    return shown(organizationId, params.agentId);
  });

  async function shown(organizationId: string, id: string) {
    const agent = await getAgent(ports, organizationId, id);
    return agentView(agent, await ownerOf(organizationId), await repositoriesOf(agent));
  }

  async function ownerOf(organizationId: string) {
    const { name } = await getOrganization(ports.store, organizationId);
    return { organizationName: name, now: ports.clock.now() };
  }

  async function repositoriesOf({ organizationId, repositoryIds }: AgentOverview) {
    return repositoryIds.length === 0
      ? []
      : ports.store.repositories.findMany(organizationId, [...repositoryIds]);
  }
}
