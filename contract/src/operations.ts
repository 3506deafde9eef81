import { agentOperations } from "./agent/operations.ts";
import { apiKeyOperations } from "./api-key/operations.ts";
import { artifactOperations } from "./artifact/operations.ts";
import { decisionOperations } from "./ask/operations.ts";
import { attachmentOperations } from "./attachment/operations.ts";
import { auditEventOperations } from "./audit/operations.ts";
import { deliveryOperations } from "./delivery/operations.ts";
import { insightOperations } from "./insight/operations.ts";
import { integrationOperations } from "./integration/operations.ts";
import { liveOperations } from "./live/operations.ts";
import { mcpConnectionOperations } from "./mcp-connection/operations.ts";
import { meOperations } from "./me/operations.ts";
import { memberOperations } from "./member/operations.ts";
import { messageOperations } from "./message/operations.ts";
import { modelOperations } from "./model/operations.ts";
import { notificationOperations } from "./notification/operations.ts";
import type { Operation } from "./operation.ts";
import { organizationOperations } from "./organization/operations.ts";
import { previewOperations } from "./preview/operations.ts";
import { projectOperations } from "./project/operations.ts";
import { pullRequestOperations } from "./pull-request/operations.ts";
import { repositoryOperations } from "./repository/operations.ts";
import { secretOperations } from "./secret/operations.ts";
import { serviceOperations } from "./service/operations.ts";
import { sessionOperations } from "./session/operations.ts";
import { sessionWriteOperations } from "./session/session-operations.ts";
import { signInOperations } from "./sign-in/operations.ts";
import { skillOperations } from "./skill/operations.ts";
import { statusOperations } from "./status/operations.ts";
import { taskOperations } from "./task/operations.ts";
import { terminalOperations } from "./terminal/operations.ts";
import { billingOperations } from "./usage/operations.ts";
import { userOperations } from "./user/operations.ts";
import { webhookOperations } from "./webhook/operations.ts";
import { workspaceFileOperations } from "./workspace-file/operations.ts";

/** Every API operation of the server. The server provides each operation under `/` and under `/api/public-api/`. */
export const operations = {
  ...sessionOperations,
  ...sessionWriteOperations,
  ...taskOperations,
  ...repositoryOperations,
  ...meOperations,
  ...signInOperations,
  ...pullRequestOperations,
  ...apiKeyOperations,
  ...messageOperations,
  ...attachmentOperations,
  ...integrationOperations,
  ...modelOperations,
  ...secretOperations,
  ...organizationOperations,
  ...deliveryOperations,
  ...skillOperations,
  ...mcpConnectionOperations,
  ...decisionOperations,
  ...artifactOperations,
  ...memberOperations,
  ...userOperations,
  ...notificationOperations,
  ...billingOperations,
  ...insightOperations,
  ...liveOperations,
  ...terminalOperations,
  ...previewOperations,
  ...serviceOperations,
  ...workspaceFileOperations,
  ...agentOperations,
  ...projectOperations,
  ...webhookOperations,
  ...auditEventOperations,
  ...statusOperations,
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;
