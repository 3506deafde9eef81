import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  bindSecret,
  createSecret,
  deleteSecret,
  getBinding,
  getSecret,
  unbindSecret,
  updateSecret,
} from "../../../core/access/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { bindingView, secretView } from "../organization/organization-view.ts";
import { ownOrganization } from "../organization/own-organization.ts";

export function organizationSecretRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.organizationSecretList, async (request) => {
    const { query } = request;
    const { items, nextCursor } = await ports.store.secrets.list(ownOrganization(request), {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.search !== undefined && { search: query.search }),
    });
    return { items: items.map(secretView), nextCursor };
  });

  route(app, operations.organizationSecretCreate, async (request) =>
    secretView(await createSecret(ports, ownOrganization(request), request.body)),
  );

  route(app, operations.organizationSecretRetrieve, async (request) =>
    secretView(await getSecret(ports, ownOrganization(request), request.params.secretId)),
  );

  route(app, operations.organizationSecretUpdate, async (request) => {
    const { key, value } = request.body;
    const change = { ...(key !== undefined && { key }), ...(value !== undefined && { value }) };
    return secretView(await updateSecret(ports, secretPlace(request), change));
  });

  route(app, operations.organizationSecretDelete, async (request) => {
    const { id, organizationId } = secretPlace(request);
    await deleteSecret(ports, organizationId, id);
    return { id, deleted: true as const };
  });

  route(app, operations.secretBindingRetrieve, async (request) =>
    bindingView(await getBinding(ports, secretPlace(request))),
  );

  route(app, operations.secretBindingUpdate, async (request) =>
    bindingView(await bindSecret(ports, secretPlace(request), request.body)),
  );

  route(app, operations.secretBindingDelete, async (request) => {
    const place = secretPlace(request);
    await unbindSecret(ports, place);
    return { id: place.id, deleted: true as const };
  });
}

function secretPlace(
  request: Parameters<typeof ownOrganization>[0] & { readonly params: { readonly secretId: string } },
) {
  return { organizationId: ownOrganization(request), id: request.params.secretId };
}
