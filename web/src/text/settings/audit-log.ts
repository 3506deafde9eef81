import type { AuditAction, AuditEvent } from "@tembo-io/sdk";

/** Phrase for each action, as in "Ada **created the API key** CI". */
const actions: Record<AuditAction, string> = {
  "address.changed": "changed the email address of",
  "address.confirmed": "confirmed the email address of",
  "apiKey.created": "created the API key",
  "apiKey.renamed": "renamed the API key",
  "apiKey.revoked": "revoked the API key",
  "auditLog.exported": "exported the audit log",
  "branchProtection.created": "added branch protection to the repository",
  "branchProtection.deleted": "removed branch protection from the repository",
  "budget.changed": "changed the budget for",
  "egress.changed": "changed the internet access settings for",
  "integration.created": "connected the integration",
  "integration.credentialSet": "replaced the credential of an integration",
  "integration.deleted": "deleted the integration",
  "integration.updated": "changed the integration",
  "invitation.accepted": "accepted the invitation for",
  "invitation.created": "invited",
  "invitation.deleted": "revoked the invitation for",
  "invitation.linked": "created an invitation link for",
  "joinToken.created": "created a join token",
  "mailServer.created": "added the mail server",
  "mailServer.deleted": "deleted the mail server",
  "mailServer.updated": "changed the mail server",
  "mcpConnection.created": "added the MCP connection",
  "mcpConnection.credentialSet": "replaced the credential of an MCP connection",
  "mcpConnection.deleted": "deleted the MCP connection",
  "mcpConnection.updated": "changed the MCP connection",
  "member.joined": "added the member",
  "member.removed": "removed the member",
  "model.changed": "changed the model",
  "modelCredential.deleted": "deleted the provider key for",
  "modelCredential.set": "saved the provider key for",
  "organization.created": "created the organization",
  "organization.deleted": "deleted the organization",
  "organization.updated": "changed the organization",
  "password.changed": "changed the password for",
  "password.deleted": "deleted the password for",
  "password.set": "set a password for",
  "permissionPolicy.changed": "changed the permission policy for",
  "project.created": "created the project",
  "project.deleted": "deleted the project",
  "project.updated": "changed the project",
  "projectSnapshot.deleted": "deleted an environment of the project",
  "projectSnapshot.updated": "renamed or pinned an environment of the project",
  "projectVariable.deleted": "deleted the project variable",
  "projectVariable.set": "saved the project variable",
  "repository.created": "created the repository",
  "repository.deleted": "deleted the repository",
  "repository.updated": "changed the repository",
  "repositoryHook.created": "added the repository hook",
  "repositoryHook.deleted": "deleted the repository hook",
  "repositoryHook.updated": "changed the repository hook",
  "role.changed": "changed the role of",
  "secret.bound": "set a header injection rule for the secret",
  "secret.created": "created the secret",
  "secret.deleted": "deleted the secret",
  "secret.unbound": "removed the header injection rule from the secret",
  "secret.updated": "changed the secret",
  "session.archived": "archived the session",
  "session.deleted": "deleted the session",
  "session.permissionAllowed": "allowed a kind of action in the session",
  "session.unarchived": "unarchived the session",
  "session.visibilityChanged": "changed the visibility of a session",
  "settings.changed": "changed the settings for",
  "signIn.ended": "signed out",
  "signIn.failed": "failed to sign in as",
  "signIn.succeeded": "signed in",
  "skill.created": "created the skill",
  "skill.deleted": "deleted the skill",
  "skill.updated": "changed the skill",
  "previewShare.created": "created a share link for a preview",
  "previewShare.deleted": "removed a share link for a preview",
  "terminal.opened": "opened a terminal in a session",
  "webhook.created": "created the webhook",
  "webhook.deleted": "deleted the webhook",
  "webhook.secretRotated": "rotated the secret of a webhook",
  "webhook.updated": "changed the webhook",
  "worker.joined": "used a join token to add the machine",
  "workspaceFile.saved": "saved a file in the workspace of a session",
};

/** Phrase for each action whose object has no name, if the usual phrase requires one. */
const unnamed: Partial<Record<AuditAction, string>> = {
  // On its first start, the server creates an invitation link that belongs to no member.
  "invitation.linked": "created the setup link for the first admin",
  "session.archived": "archived a session",
  "session.deleted": "deleted a session",
  "session.permissionAllowed": "allowed a kind of action in a session",
  "session.unarchived": "unarchived a session",
};

/** Display names by the ID that the audit log stores as an object's name. */
export interface AuditNames {
  readonly models: ReadonlyMap<string, string>;
  readonly credentials: ReadonlyMap<string, string>;
}

const noNames: AuditNames = { models: new Map(), credentials: new Map() };

function objectName(
  { object: { kind, name } }: AuditEvent,
  { models, credentials }: AuditNames,
): string | null {
  if (name === null) return null;
  const names = { model: models, modelCredential: credentials }[kind as string];
  return names?.get(name) ?? name;
}

/** Returns true for actions whose object has no name to show: successful and ended sign-ins, exports of the log and join tokens. */
const isUnnamed = ({ action }: AuditEvent) =>
  action.startsWith("signIn.")
    ? action !== "signIn.failed"
    : ["auditLog.exported", "joinToken.created"].includes(action);

/** Labels of actions whose type does not contain the dashboard's terms. */
const labels: Partial<Record<AuditAction, string>> = {
  "address.changed": "Email address changed",
  "address.confirmed": "Email address confirmed",
  "egress.changed": "Internet access changed",
  "integration.credentialSet": "Integration credential replaced",
  "invitation.linked": "Invitation link created",
  "joinToken.created": "Join token created",
  "mcpConnection.credentialSet": "MCP connection credential replaced",
  "modelCredential.deleted": "Provider key deleted",
  "modelCredential.set": "Provider key saved",
  "secret.bound": "Header injection rule set",
  "secret.unbound": "Header injection rule removed",
  "signIn.ended": "Signed out",
  "signIn.failed": "Sign-in failed",
  "signIn.succeeded": "Signed in",
  "worker.joined": "Machine added",
};

/** Returns the label of an action, such as "API key created" for "apiKey.created". */
function labelOf(action: AuditAction): string {
  const words = action.replace(".", " ").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const label = (words[0]!.toUpperCase() + words.slice(1)).replace(/^(Api|Mcp)\b/, (word) =>
    word.toUpperCase(),
  );
  return labels[action] ?? label;
}

const actorKinds = { system: "Tembo", session: "An agent", anonymous: "Someone", user: "A deleted user" };

export const auditLog = {
  about:
    "Changes to access, credentials and policies, and who made them. Events cannot be edited or deleted.",
  list: "Audit log",
  empty: "No events match these filters.",
  export: "Export as JSON Lines",
  exported: "Audit log exported",
  action: "Action",
  every: "All actions",
  since: "From",
  until: "Until",
  actor: ({ actor }: AuditEvent) => actor.name ?? actorKinds[actor.kind],
  did: (event: AuditEvent) => {
    const { action, object, actor, details } = event;
    if (action === "signIn.ended" && details.userId !== actor.userId) return "ended a user's sign-in";
    return (object.name === null && unnamed[action]) || actions[action];
  },
  object: (event: AuditEvent, names: AuditNames = noNames) =>
    isUnnamed(event) ? null : objectName(event, names),
  withKey: (name: string | null) => (name === null ? "with an API key" : `with the API key ${name}`),
  from: (address: string) => `from ${address}`,
  actions: (Object.keys(actions) as AuditAction[]).map((value) => ({ value, label: labelOf(value) })),
};
