import { findCredentialValue, saveCredentialValue } from "../../access/index.ts";
import { AppError, newId, refuseNul } from "../../base/index.ts";
import type { AutomationPorts, AutomationQueries } from "../ports.ts";
import type { MailServer } from "./notification.ts";

const passwordOf = { kind: "mailServer", name: "password" } as const;

export type MailServerInput = Pick<MailServer, "host" | "port" | "security" | "username" | "fromAddress"> & {
  /** New password, or undefined to keep the stored one. */
  readonly password: string | undefined;
};

/**
 * Saves the organization's mail server. The stored password remains only for the same host, port, security and username,
 * so that it is never sent to another server. Throws `invalid_input` if a field contains a NUL character, if a username
 * has no password or the reverse, or if a password would be sent without encryption.
 */
export async function saveMailServer(
  { store, clock, vault }: Pick<AutomationPorts, "store" | "clock" | "vault">,
  organizationId: string,
  { password, ...input }: MailServerInput,
): Promise<MailServer> {
  for (const field of ["host", "username", "fromAddress"] as const) refuseNul(field, input[field]);
  refuseNul("password", password ?? null);
  if (input.security === "none" && input.username !== null)
    throw new AppError(
      "invalid_input",
      "Tembo does not send a password without encryption. Choose TLS or STARTTLS, or remove the username.",
      { field: "security" },
    );
  if (input.username === null && password !== undefined)
    throw new AppError("invalid_input", "Enter the username that belongs to the password.", {
      field: "username",
    });
  const now = clock.now();
  const newServerId = newId(now.getTime());
  return store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    await tx.organizations.lock(organizationId);
    const known = await tx.mailServers.find(organizationId);
    const keepsPassword =
      known?.passwordSetAt != null &&
      (["host", "port", "security", "username"] as const).every((field) => known[field] === input[field]);
    if (input.username !== null && password === undefined && !keepsPassword)
      throw new AppError(
        "invalid_input",
        known?.passwordSetAt == null
          ? "Enter the password that belongs to the username."
          : "Enter the password again, because the host, port, encryption or username has changed.",
        { field: "password" },
      );
    const server: MailServer = {
      id: known?.id ?? newServerId,
      organizationId,
      ...input,
      passwordSetAt:
        password !== undefined ? now : input.username === null ? null : (known?.passwordSetAt ?? null),
      createdAt: known?.createdAt ?? now,
      updatedAt: now,
    };
    await tx.mailServers.save(server);
    if (password !== undefined)
      await saveCredentialValue({ vault, tx }, organizationId, passwordOf, sealedText(server, password));
    else if (input.username === null) await tx.secrets.deleteCredential(organizationId, passwordOf);
    return server;
  });
}

/** Deletes the organization's mail server and its password. Idempotent. */
export async function deleteMailServer(
  { store }: Pick<AutomationPorts, "store">,
  organizationId: string,
): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.mailServers.delete(organizationId);
    await tx.secrets.deleteCredential(organizationId, passwordOf);
  });
}

/** Text to encrypt. It names the server for which the password was entered, so that no other server receives it. */
function sealedText(server: MailServer, password: string): string {
  return JSON.stringify({ server: destinationOf(server), password });
}

const destinationOf = ({ host, port, security, username }: MailServer) =>
  JSON.stringify([host, port, security, username]);

/**
 * Returns the organization's mail server with its decrypted password, or null if there is none. Throws `internal` if the
 * password cannot be decrypted, or `conflict` if the server changes at this moment.
 */
export async function findMailServer(
  ports: { readonly vault: AutomationPorts["vault"] } & {
    readonly store: Pick<AutomationQueries, "mailServers" | "secrets">;
  },
  organizationId: string,
): Promise<(MailServer & { readonly password: string | null }) | null> {
  const server = await ports.store.mailServers.find(organizationId);
  if (server === null || server.username === null) return server && { ...server, password: null };
  const text = await findCredentialValue(ports, organizationId, passwordOf);
  const sealed = text === null ? null : (JSON.parse(text) as { server: string; password: string });
  if (sealed?.server !== destinationOf(server))
    throw new AppError("conflict", "The mail server has just changed. Try again.");
  return { ...server, password: sealed.password };
}
