import { operations, type Skill as SkillView } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  createSkill,
  getSkill,
  keywordsOf,
  mainFile,
  type Skill,
  updateSkill,
} from "../../../core/access/index.ts";
import { AppError } from "../../../core/base/index.ts";
import { listRepositorySkills } from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";

/** Time limit for reading the mirrors of the repositories. */
const LIMIT_MS = 30_000;

export function skillRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.skillList, async ({ organizationId, query }) => {
    if (query.source === "repository") {
      const found = await listRepositorySkills(ports, organizationId, query, AbortSignal.timeout(LIMIT_MS));
      const items = found.items.map((one) => ({
        ...one,
        keywords: [...one.keywords],
        source: "repository" as const,
      }));
      return { items, nextCursor: found.nextCursor };
    }
    if (query.repositoryIds !== undefined)
      throw new AppError(
        "invalid_input",
        'Organization skills do not belong to a repository. Remove "repositoryIds", or add "source=repository".',
        { field: "repositoryIds" },
      );
    const { items, nextCursor } = await ports.store.skills.list(organizationId, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.names !== undefined && { names: query.names }),
      ...(query.search !== undefined && { search: query.search }),
    });
    return { items: items.map(itemView), nextCursor };
  });

  route(app, operations.skillCreate, async ({ organizationId, body }) =>
    skillView(await createSkill(ports, organizationId, body)),
  );

  // Tembo has no marketplace like the vendor's. Without this route, "marketplace" would be parsed as a skill's ID.
  app.get("/v1/skills/marketplace", async (_request, reply) => reply.callNotFound());
  route(app, operations.skillRetrieve, async ({ organizationId, params }) =>
    skillView(await getSkill(ports, organizationId, params.skillId)),
  );

  route(app, operations.skillUpdate, async ({ organizationId, params, body }) => {
    const { name, description, files } = body;
    const change = {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(files !== undefined && { files }),
    };
    return skillView(await updateSkill(ports, { organizationId, id: params.skillId }, change));
  });

  route(app, operations.skillDelete, async ({ organizationId, params }) => {
    const { id } = await getSkill(ports, organizationId, params.skillId);
    await ports.store.skills.delete(organizationId, id);
    return { id, deleted: true as const };
  });
}

function skillView({ id, name, description, files, createdAt, updatedAt }: Skill): SkillView {
  return {
    id,
    name,
    description,
    files: [...files],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function itemView({ id, name, description, files }: Skill) {
  const main = files.find(({ filename }) => filename === mainFile);
  return {
    id,
    name,
    description,
    keywords: keywordsOf(main?.content ?? ""),
    source: "organization" as const,
  };
}
