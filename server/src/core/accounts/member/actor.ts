import { AppError } from "../../base/index.ts";
import type { Role } from "./member.ts";

/** Who does something: a person, in the organization of their key. */
export interface Actor {
  readonly organizationId: string;
  readonly userId: string;
  readonly role: Role;
}

/** Throws `forbidden`; `what` ends the sentence "Only an admin of the organization may …". */
export function requireAdmin({ role }: Pick<Actor, "role">, what: string): void {
  if (role === "admin") return;
  throw new AppError("forbidden", `Only an admin of the organization may ${what}; ask one.`);
}

/** What a request may carry in its cookie alone is a sign-in; everything else is a key. */
export type KeyKind = "key" | "signIn";
