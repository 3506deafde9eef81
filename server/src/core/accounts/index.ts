/**
 * Organizations, members, users, API keys, sign-ins, settings, usage and the audit log. Other modules and adapters
 * import only this file.
 */

export type { ApiKey } from "./api-key/api-key.ts";
export type { GoodKey } from "./api-key/api-key-store.ts";
export { bootstrap } from "./api-key/bootstrap.ts";
export { hashToken } from "./api-key/create-api-key.ts";
export { getApiKey, renameApiKey, revokeApiKey } from "./api-key/own-api-key.ts";
export type { RateLimiter, RateLimitVerdict, RateLimitWindow } from "./api-key/rate-limiter.ts";
export type { AuditActor, AuditEvent } from "./audit/audit-event.ts";
export { exportAuditLog } from "./audit/export-audit-log.ts";
export { createJoinToken } from "./join-token/create-join-token.ts";
export type { JoinToken } from "./join-token/join-token.ts";
export { useJoinToken } from "./join-token/use-join-token.ts";
export { type Actor, type KeyKind, requireAdmin } from "./member/actor.ts";
export {
  changeRole,
  confirmAddress,
  endSignIn,
  endSignIns,
  inviteMember,
  removeMember,
} from "./member/change-members.ts";
export { getMember } from "./member/get-member.ts";
export { type Member, type Role, unknownEmail } from "./member/member.ts";
export { type AccountActor, requireOwnAccount } from "./member/require-own-account.ts";
export type { Viewer } from "./member/viewer.ts";
export { createOrganization, updateOrganization } from "./organization/change-organization.ts";
export type { EgressSetting } from "./organization/egress-setting.ts";
export { getOrganization } from "./organization/get-organization.ts";
export type { Organization } from "./organization/organization.ts";
export type {
  PermissionDecision,
  PermissionPolicy,
  PermissionRule,
} from "./organization/permission-policy.ts";
export { effectiveSettings } from "./organization/settings.ts";
export type { AccountsPorts, AccountsQueries, AccountsSettings, AccountsStore } from "./ports.ts";
export { acceptInvitation } from "./sign-in/accept-invitation.ts";
export { changePassword } from "./sign-in/change-password.ts";
export { checkPassword, wrongPassword } from "./sign-in/check-password.ts";
export { confirmSignIn } from "./sign-in/confirm-sign-in.ts";
export { createSetUpLink, inviteByLink } from "./sign-in/create-invitation-link.ts";
export { createMemberKey } from "./sign-in/create-member-key.ts";
export { createSignIn } from "./sign-in/create-sign-in.ts";
export { decideExpiry } from "./sign-in/decide-expiry.ts";
export type { InvitationLink } from "./sign-in/invitation-link-store.ts";
export { PasswordHasher } from "./sign-in/password-hasher.ts";
export type { Password } from "./sign-in/password-store.ts";
export { resetPassword } from "./sign-in/reset-password.ts";
export type { SignIn } from "./sign-in/sign-in.ts";
export { createModelMeter, startOfMonth } from "./usage/create-model-meter.ts";
export type { MeteredRequest, ModelMeter } from "./usage/model-meter.ts";
export { sumUpUsage } from "./usage/sum-up-usage.ts";
export type {
  Budget,
  ModelUsage,
  SessionCost,
  UsageGroup,
  UsageGrouping,
  UsageTotal,
} from "./usage/usage.ts";
export { deleteUser, updateUser, updateUserSettings } from "./user/change-user.ts";
export { getSelf, getUser } from "./user/get-user.ts";
export type { MessageAuthor } from "./user/message-author.ts";
export { authorIn, authorOfKey, nameOf, personOfKey, preferredAgent } from "./user/person-of-key.ts";
export type { User } from "./user/user.ts";
