import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { getAgent, getAgentByKeyOrId, requestRun, updateAgent } from "../../../core/automation/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route, sendingRoute } from "../../route.ts";
import { runJobView, runPolicyView, runView } from "./agent-view.ts";

export function agentRunRoutes(app: FastifyInstance, ports: Ports): void {
  sendingRoute(app, operations.agentTriggerRun, async ({ organizationId, params, body, sender }) => {
    const agent = await getAgentByKeyOrId(ports, organizationId, params.keyOrId);
    const run = await requestRun(ports, agent, { cause: "webhook", payload: body ?? {}, sender });
    return runJobView(run, organizationId);
  });

  sendingRoute(app, operations.agentRunCreate, async ({ organizationId, params, body, sender }) => {
    const agent = await getAgent(ports, organizationId, params.agentId);
    const run = await requestRun(ports, agent, { cause: "api", payload: body ?? {}, sender });
    return { jobId: run.id, agentId: agent.id, status: "queued" as const };
  });

  route(app, operations.agentRunList, async ({ organizationId, params, query }) => {
    const { id } = await getAgent(ports, organizationId, params.agentId);
    const { items, nextCursor } = await ports.store.agentRuns.list(id, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
    });
    return { items: items.map((run) => runView(run, ports.clock.now())), nextCursor };
  });

  route(app, operations.agentRunRetrieve, async ({ organizationId, params }) => {
    const { id } = await getAgent(ports, organizationId, params.agentId);
    const run = await ports.store.agentRuns.find(id, params.runId);
    if (run === null) throw new AppError("not_found", `This agent has no run ${params.runId}.`);
    return runView(run, ports.clock.now());
  });

  route(app, operations.agentRunPolicyRetrieve, async ({ organizationId, params }) =>
    runPolicyView(await getAgent(ports, organizationId, params.agentId)),
  );
  route(app, operations.agentRunPolicyUpdate, async ({ organizationId, params, body, raw }) => {
    const { overlap, pauseAfterFailures } = body;
    const which = { organizationId, id: params.agentId, authorId: raw.caller.apiKeyId };
    const runPolicy = {
      ...(overlap !== undefined && { overlap }),
      ...(pauseAfterFailures !== undefined && { pauseAfterFailures }),
    };
    return runPolicyView(await updateAgent(ports, which, { runPolicy }));
  });
}
