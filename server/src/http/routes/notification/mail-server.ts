import { type MailServerAnswer, operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { deleteMailServer, saveMailServer } from "../../../core/automation/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { ownOrganization } from "../organization/own-organization.ts";

export function mailServerRoutes(app: FastifyInstance, ports: Ports): void {
  const { store } = ports;

  route(app, operations.organizationMailServerRetrieve, async (request) => view(ownOrganization(request)));

  route(app, operations.organizationMailServerUpdate, async (request) => {
    const { password, ...input } = request.body;
    const organizationId = ownOrganization(request);
    await saveMailServer(ports, organizationId, { ...input, password });
    return view(organizationId);
  });

  route(app, operations.organizationMailServerDelete, async (request) => {
    await deleteMailServer(ports, ownOrganization(request));
    return { deleted: true as const };
  });

  async function view(organizationId: string): Promise<MailServerAnswer> {
    const server = await store.mailServers.find(organizationId);
    if (server === null) return { mailServer: null };
    const { host, port, security, username, fromAddress, passwordSetAt, createdAt, updatedAt } = server;
    const failure = await store.notifications.lastFailedEmail(organizationId);
    return {
      mailServer: {
        ...{ host, port, security, username, fromAddress },
        hasPassword: passwordSetAt !== null,
        lastFailure: failure && { reason: failure.reason, at: failure.at.toISOString() },
        createdAt: createdAt.toISOString(),
        updatedAt: updatedAt.toISOString(),
      },
    };
  }
}
