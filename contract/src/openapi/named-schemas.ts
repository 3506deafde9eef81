import { z } from "zod";
import * as agent from "../agent/agent.ts";
import * as contentRevision from "../agent/content-revision.ts";
import * as agentRun from "../agent/run.ts";
import * as agentSchedule from "../agent/schedule.ts";
import * as agentTemplate from "../agent/template.ts";
import * as agentTrigger from "../agent/trigger.ts";
import * as apiKey from "../api-key/api-key.ts";
import * as artifact from "../artifact/artifact.ts";
import * as permission from "../ask/permission.ts";
import * as question from "../ask/question.ts";
import * as attachment from "../attachment/attachment.ts";
import * as auditEvent from "../audit/audit-event.ts";
import * as delivery from "../delivery/delivery.ts";
import * as event from "../event/event.ts";
import { eventData } from "../event/event-data.ts";
import * as integration from "../integration/integration.ts";
import * as mcpConnection from "../mcp-connection/mcp-connection.ts";
import * as me from "../me/me.ts";
import * as member from "../member/member.ts";
import * as message from "../message/message.ts";
import * as model from "../model/model.ts";
import * as organization from "../organization/organization.ts";
import * as permissionPolicy from "../permission/permission-policy.ts";
import * as plan from "../plan/plan.ts";
import * as projectBuild from "../project/build.ts";
import * as projectEnvironment from "../project/environment.ts";
import * as project from "../project/project.ts";
import * as projectSchedule from "../project/schedule.ts";
import * as projectSnapshot from "../project/snapshot.ts";
import * as projectVariable from "../project/variable.ts";
import * as pullRequest from "../pull-request/pull-request.ts";
import * as repository from "../repository/repository.ts";
import * as tree from "../repository/tree.ts";
import * as secret from "../secret/secret.ts";
import * as service from "../service/service.ts";
import * as session from "../session/session.ts";
import * as sessionFile from "../session/session-file.ts";
import * as sessionList from "../session/session-list.ts";
import * as skill from "../skill/skill.ts";
import * as user from "../user/user.ts";
import * as webhook from "../webhook/webhook.ts";
import * as webhookEvent from "../webhook/webhook-event.ts";

const modules: readonly object[] = [
  session,
  sessionList,
  sessionFile,
  event,
  message,
  permission,
  permissionPolicy,
  question,
  plan,
  agent,
  agentRun,
  agentSchedule,
  agentTemplate,
  agentTrigger,
  contentRevision,
  artifact,
  attachment,
  repository,
  tree,
  pullRequest,
  project,
  projectEnvironment,
  projectBuild,
  projectSnapshot,
  projectSchedule,
  projectVariable,
  service,
  integration,
  delivery,
  mcpConnection,
  skill,
  secret,
  model,
  organization,
  member,
  user,
  me,
  apiKey,
  auditEvent,
  webhook,
  webhookEvent,
];

/**
 * Matches the names of schemas that only requests use. They are excluded, because a response schema with the same name
 * would have a different shape.
 */
const requestName = /(?:Body|Params|Query|Update|Headers)$/;

/**
 * Names of response schemas. Each name is the schema's export name, capitalized, so generated clients have types with
 * these names.
 */
export const namedSchemas: ReadonlyMap<z.ZodType, string> = collect();

function collect(): Map<z.ZodType, string> {
  const names = new Map<z.ZodType, string>();
  const taken = new Set<string>();
  for (const module of modules)
    for (const [name, schema] of Object.entries(module)) {
      const isObject = schema instanceof z.ZodObject || schema instanceof z.ZodDiscriminatedUnion;
      if (!isObject || requestName.test(name) || names.has(schema)) continue;
      const full = name.charAt(0).toUpperCase() + name.slice(1);
      // If two schemas share a name, only the first becomes a component. The second is inlined.
      if (!taken.has(full)) names.set(schema, full);
      taken.add(full);
    }
  names.set(eventData, "EventData");
  for (const option of eventData.options) names.set(option, eventName(option.unwrap().shape.type.value));
  return names;
}

/** Returns the schema name of an event type: `TurnStartedEvent` for `turn.started`. */
function eventName(type: string): string {
  const words = type.split(".").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join("")}Event`;
}
