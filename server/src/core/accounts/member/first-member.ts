import { newId } from "../../base/index.ts";
import type { AccountsPorts } from "../ports.ts";
import { unknownEmail } from "./member.ts";

/** Creates the first member of an organization: an admin with a placeholder address. Returns the user's ID. */
export async function createFirstMember(
  ports: Pick<AccountsPorts, "store" | "clock">,
  organizationId: string,
  ids: { readonly user: string; readonly member: string } = { user: newId(), member: newId() },
): Promise<string> {
  const at = ports.clock.now();
  const dates = { createdAt: at, updatedAt: at };
  await ports.store.transaction(async (tx) => {
    await tx.users.insert({
      id: ids.user,
      email: unknownEmail,
      name: null,
      onboarding: null,
      settings: {},
      ...dates,
    });
    await tx.members.insert({
      id: ids.member,
      organizationId,
      userId: ids.user,
      email: unknownEmail,
      role: "admin",
      ...dates,
    });
  });
  return ids.user;
}
