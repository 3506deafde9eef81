import { AppError } from "../../base/index.ts";
import type { Actor } from "../member/actor.ts";
import type { AccountsQueries } from "../ports.ts";
import type { User } from "./user.ts";

/** Returns a person in the actor's organization. Throws `not_found` if the organization has no such member. */
export async function getUser(
  store: Pick<AccountsQueries, "users" | "members">,
  { organizationId }: Actor,
  id: string,
): Promise<User> {
  const userId = id.toLowerCase();
  const member = await store.members.ofUser(organizationId, userId);
  const user = member === null ? null : await store.users.find(userId);
  if (user === null) throw new AppError("not_found", `User ${id} was not found.`);
  return user;
}

/**
 * Returns the actor's own user. Throws `not_found` if `id` is not in the organization, or `forbidden` if it is another
 * person.
 */
export async function getSelf(
  store: Pick<AccountsQueries, "users" | "members">,
  actor: Actor,
  id: string,
): Promise<User> {
  const user = await getUser(store, actor, id);
  if (user.id === actor.userId) return user;
  throw new AppError(
    "forbidden",
    "This account belongs to another person. Only that person can see and change it.",
  );
}
