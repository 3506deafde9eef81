import { AppError, isId } from "../../base/index.ts";
import type { AccountsQueries } from "../ports.ts";
import type { Member } from "./member.ts";

/** Returns a member of the organization. Throws `not_found` if the organization has no such member. */
export async function getMember(
  store: Pick<AccountsQueries, "members">,
  organizationId: string,
  id: string,
): Promise<Member> {
  const member = isId(id) ? await store.members.find(organizationId, id) : null;
  if (member !== null) return member;
  throw new AppError("not_found", `Member ${id} was not found in the organization.`);
}
