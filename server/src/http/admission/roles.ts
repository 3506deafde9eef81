import { type OperationName, operations } from "@tembo/contract";
import { requireAdmin } from "../../core/accounts/index.ts";
import type { Caller } from "./authenticate.ts";

/**
 * Operations that require an admin, with the text for the error message. All other operations are open to every member. Reading webhooks
 * requires an admin, because their URLs may contain a credential. The core checks who owns single objects, such as keys, MCP connections
 * and the user's own account.
 */
export const adminsAlone: Partial<Record<OperationName, string>> = {
  organizationCreate: "create an organization",
  organizationUpdate: "change the organization",
  organizationDelete: "delete the organization",
  memberCreate: "invite people",
  userInvitationCreate: "invite people",
  memberUpdate: "change roles",
  memberDelete: "remove people",
  memberAddressConfirm: "confirm email addresses",
  memberSignInList: "view other people's sign-ins",
  memberSignInDelete: "revoke other people's sign-ins",
  memberSignInDeleteAll: "revoke other people's sign-ins",
  organizationSettingsUpdate: "change the settings",
  organizationEgressUpdate: "change the network access of sandboxes",
  organizationBudgetUpdate: "change the budget",
  organizationPermissionPolicyUpdate: "change the permission policy",
  organizationMailServerRetrieve: "view the mail server",
  organizationMailServerUpdate: "change the mail server",
  organizationMailServerDelete: "delete the mail server",
  organizationSecretCreate: "create secrets",
  organizationSecretUpdate: "change secrets",
  organizationSecretDelete: "delete secrets",
  secretBindingUpdate: "set header injection rules",
  secretBindingDelete: "remove header injection rules",
  insightUpdate: "enable or disable insights",
  integrationCreate: "connect integrations",
  integrationUpdate: "change integrations",
  integrationAuthorize: "authorize integrations",
  integrationDelete: "delete integrations",
  repositoryDelete: "remove repositories",
  // An environment's programs run in the sessions of all members.
  projectCreate: "create projects",
  projectUpdate: "change projects",
  projectDelete: "delete projects",
  projectDefaultsUpdate: "set the default project",
  projectVariableCreate: "set the variables of projects",
  projectVariableDelete: "delete the variables of projects",
  projectScheduleCreate: "schedule builds",
  projectScheduleUpdate: "change build schedules",
  projectScheduleDelete: "disable build schedules",
  projectSnapshotUpdate: "rename and pin environments",
  projectSnapshotDelete: "delete environments",
  modelUpdate: "change models",
  modelProviderTest: "test the credentials of model providers",
  auditEventList: "view the audit log",
  statusRetrieve: "view the status of the installation",
  webhookList: "view webhooks",
  webhookCreate: "create webhooks",
  webhookRetrieve: "view webhooks",
  webhookUpdate: "change webhooks",
  webhookDelete: "delete webhooks",
  webhookSecretRotate: "rotate webhook secrets",
  webhookTest: "test webhooks",
  outgoingDeliveryList: "view webhook deliveries",
  outgoingDeliveryRetrieve: "view webhook deliveries",
  outgoingDeliveryReplay: "replay webhook deliveries",
};

const words = new Map<unknown, string>(
  (Object.keys(adminsAlone) as OperationName[]).map((name) => [operations[name], adminsAlone[name]!]),
);

/** Throws `forbidden` if the operation requires an admin and the caller is a member. */
export function requireRole(operation: unknown, caller: Pick<Caller, "role">): void {
  const what = words.get(operation);
  if (what !== undefined) requireAdmin(caller, what);
}
