import { type Organization as OrganizationView, operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  createOrganization,
  getOrganization,
  type Organization,
  updateOrganization,
} from "../../../core/accounts/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { deleteOrganization } from "../../../core/sessions/index.ts";
import { route } from "../../route.ts";
import { ownOrganization } from "./own-organization.ts";

export function organizationRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.organizationCreate, async ({ caller, body }) =>
    view(await createOrganization(ports, caller, { name: body.name, slug: body.slug ?? null })),
  );

  route(app, operations.organizationRetrieve, async (request) =>
    view(await getOrganization(ports.store, ownOrganization(request))),
  );

  route(app, operations.organizationUpdate, async (request) => {
    const { name, slug, onboarding, onboardingCompleted } = request.body;
    const change = {
      ...(name !== undefined && { name }),
      ...(slug !== undefined && { slug }),
      onboarding: {
        ...onboarding,
        ...(onboardingCompleted !== undefined && { completed: onboardingCompleted }),
      },
    };
    return view(await updateOrganization(ports, ownOrganization(request), change));
  });

  route(app, operations.organizationDelete, async (request) => {
    const id = ownOrganization(request);
    const { userId, apiKeyId: keyId } = request.caller;
    await deleteOrganization(ports, id, { userId, keyId, requestId: request.raw.id });
    return { id, deleted: true as const };
  });

  async function view({ id, name, slug, createdAt, updatedAt }: Organization): Promise<OrganizationView> {
    return {
      id,
      name,
      slug,
      logoUrl: null,
      memberCount: await ports.store.members.countActive(id),
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt?.toISOString() ?? null,
    };
  }
}
