import { AppError } from "../../base/index.ts";
import type { Role } from "./member.ts";

/** The person who performs an action, and the organization of their credential. */
export interface Actor {
  readonly organizationId: string;
  readonly userId: string;
  readonly role: Role;
}

/**
 * Throws `forbidden` unless the actor is an admin. `what` completes the sentence "Only an admin of the organization can
 * …".
 */
export function requireAdmin({ role }: Pick<Actor, "role">, what: string): void {
  if (role === "admin") return;
  throw new AppError("forbidden", `Only an admin of the organization can ${what}. Ask an admin.`);
}

/** Kind of credential. A sign-in is a credential that is sent only in a cookie. Every other credential is a key. */
export type KeyKind = "key" | "signIn";
