import { type OperationName, operations } from "@tembo/contract";
import { requireAdmin } from "../../core/accounts/index.ts";
import type { Caller } from "./authenticate.ts";

/**
 * Operations that require an admin, with the text for the error message. All others are open to every member: reading the organization's
 * data, and working. Reading webhooks requires an admin too, because their URLs may contain a credential. The core checks the ownership of
 * single objects (keys, MCP connections, the user's own account).
 */
export const adminsAlone: Partial<Record<OperationName, string>> = {
  organizationCreate: "create an organization",
  organizationUpdate: "change the organization",
  organizationDelete: "delete the organization",
  memberCreate: "invite people",
  userInvitationCreate: "invite people",
  memberUpdate: "change roles",
  memberDelete: "remove people",
  memberAddressConfirm: "confirm addresses",
  memberSignInList: "see the sign-ins of others",
  memberSignInDelete: "end the sign-ins of others",
  memberSignInDeleteAll: "end the sign-ins of others",
  organizationSettingsUpdate: "change the settings",
  organizationEgressUpdate: "change what sandboxes may reach",
  organizationBudgetUpdate: "change the budget",
  organizationPermissionPolicyUpdate: "change the permission policy",
  organizationSecretCreate: "create secrets",
  organizationSecretUpdate: "change secrets",
  organizationSecretDelete: "delete secrets",
  secretBindingUpdate: "set header injection rules",
  secretBindingDelete: "remove header injection rules",
  insightUpdate: "turn insights on or off",
  integrationCreate: "connect integrations",
  integrationUpdate: "change integrations",
  integrationAuthorize: "authorize integrations",
  integrationDelete: "delete integrations",
  repositoryDelete: "remove repositories",
  modelUpdate: "choose which models are offered",
  auditEventList: "read the audit log",
  webhookList: "see webhooks",
  webhookCreate: "create webhooks",
  webhookRetrieve: "see webhooks",
  webhookUpdate: "change webhooks",
  webhookDelete: "delete webhooks",
  webhookSecretRotate: "rotate the secrets of webhooks",
  webhookTest: "test webhooks",
  outgoingDeliveryList: "see deliveries of webhooks",
  outgoingDeliveryRetrieve: "see deliveries of webhooks",
  outgoingDeliveryReplay: "redeliver webhooks",
};

const words = new Map<unknown, string>(
  (Object.keys(adminsAlone) as OperationName[]).map((name) => [operations[name], adminsAlone[name]!]),
);

/** Throws `forbidden` if the operation requires an admin and the caller is a member. */
export function requireRole(operation: unknown, caller: Pick<Caller, "role">): void {
  const what = words.get(operation);
  if (what !== undefined) requireAdmin(caller, what);
}
