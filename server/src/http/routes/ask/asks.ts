import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { getOrganization } from "../../../core/accounts/index.ts";
import type { Ports } from "../../../core/ports.ts";
import {
  answerPermission,
  answerQuestion,
  approvePlan,
  editPlan,
  getPlan,
  rejectPlan,
  setPermissionPolicy,
} from "../../../core/sessions/index.ts";
import { getPathSession } from "../../admission/require-visible.ts";
import { route, sendingRoute } from "../../route.ts";
import { ownOrganization } from "../organization/own-organization.ts";
import { permissionView, planView, questionView } from "./ask-view.ts";

/** Serves the permission policy, and the permission requests, questions and plans that users decide. */
export function decisionRoutes(app: FastifyInstance, ports: Ports): void {
  policyRoutes(app, ports);
  askRoutes(app, ports);
  planRoutes(app, ports);
}

function policyRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.organizationPermissionPolicyRetrieve, async (request) => {
    const { permissionPolicy } = await getOrganization(ports.store, ownOrganization(request));
    return permissionPolicy;
  });
  route(app, operations.organizationPermissionPolicyUpdate, async (request) =>
    setPermissionPolicy(ports, ownOrganization(request), request.body),
  );
}

function askRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.sessionPermissionList, async ({ params, query, raw }) => {
    const session = getPathSession({ params, raw });
    const asks = await ports.store.asks.list(session.id, { kind: "permission", ...filterOf(query) });
    return { items: asks.map(permissionView) };
  });
  route(app, operations.sessionPermissionAnswer, async ({ organizationId, caller, params, body }) => {
    const { sessionId, permissionId: askId } = params;
    const name = { organizationId, sessionId, askId, userId: caller.userId };
    const { decision, comment = null, scope } = body;
    const answer = { decision, comment, isForSession: scope === "session" };
    return permissionView(await answerPermission(ports, name, answer));
  });
  route(app, operations.sessionQuestionList, async ({ params, query, raw }) => {
    const session = getPathSession({ params, raw });
    const asks = await ports.store.asks.list(session.id, { kind: "question", ...filterOf(query) });
    return { items: asks.map(questionView) };
  });
  route(app, operations.sessionQuestionAnswer, async ({ organizationId, caller, params, body }) => {
    const { sessionId, questionId: askId } = params;
    const name = { organizationId, sessionId, askId, userId: caller.userId };
    return questionView(await answerQuestion(ports, name, body.answer));
  });
}

function filterOf({ open, limit }: { readonly open?: boolean | undefined; readonly limit: number }) {
  return { limit, ...(open !== undefined && { isOpen: open }) };
}

function planRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.sessionPlanRetrieve, async ({ organizationId, params }) =>
    planView(await getPlan(ports.store, organizationId, params.sessionId)),
  );
  route(app, operations.sessionPlanUpdate, async ({ organizationId, params, body }) => {
    const { artifactId = null, content } = body;
    return planView(await editPlan(ports, { organizationId, ...params, artifactId }, content));
  });
  sendingRoute(app, operations.sessionPlanApprove, async ({ organizationId, params, body, sender }) => {
    const { artifactId = null, content = null, agent = null } = body ?? {};
    const name = { organizationId, ...params, artifactId, sender };
    const { plan } = await approvePlan(ports, name, { content, agent });
    return planView(plan);
  });
  sendingRoute(app, operations.sessionPlanReject, async ({ organizationId, params, body, sender }) => {
    const { artifactId = null, comment } = body;
    const name = { organizationId, ...params, artifactId, sender };
    const { plan } = await rejectPlan(ports, name, comment);
    return planView(plan);
  });
}
