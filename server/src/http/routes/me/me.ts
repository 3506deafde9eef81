import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { route } from "../../route.ts";
import { roleView } from "../member/member-view.ts";

export function meRoutes(app: FastifyInstance): void {
  route(app, operations.me, async ({ caller }) => ({ orgId: caller.organizationId, userId: caller.userId }));
  route(app, operations.authContext, async ({ caller }) => ({
    userId: caller.userId,
    organizationId: caller.organizationId,
    role: roleView(caller.role),
  }));
}
