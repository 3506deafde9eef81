import type { Clock } from "./clock.ts";
import type { Vault } from "./vault.ts";

const prefix = "tembo_machine_";
const purpose = "machine token";

export type TokenParts = { readonly vault: Pick<Vault, "sign" | "isSigned">; readonly clock: Clock };

/**
 * Returns a token with which another machine of this installation acts as Tembo itself. It is valid for one subject, such as a request or a
 * repository. Only machines with the master key can create tokens.
 */
export function createMachineToken(
  { vault, clock }: TokenParts,
  subject: string,
  lifetimeMs: number,
): string {
  const until = clock.now().getTime() + lifetimeMs;
  return `${prefix}${until}_${vault.sign(`${until} ${subject}`, purpose).toString("hex")}`;
}

/** True if a machine of this installation created the token for this subject and the token has not expired. */
export function isMachineToken({ vault, clock }: TokenParts, token: string, subject: string): boolean {
  const [, until = "", signature = ""] = /^tembo_machine_(\d{13,15})_([0-9a-f]{64})$/.exec(token) ?? [];
  if (until === "" || Number(until) < clock.now().getTime()) return false;
  return vault.isSigned(`${until} ${subject}`, purpose, Buffer.from(signature, "hex"));
}
