import type { Tembo } from "@tembo-io/sdk";
import { CommandError } from "./failure.ts";

/** Returns the ID of the organization that the API key belongs to. Throws `CommandError` if it belongs to none. */
export async function ownOrganization(client: Tembo): Promise<string> {
  const { orgId } = await client.me.retrieve();
  if (orgId !== null) return orgId;
  throw new CommandError(
    "The API key does not belong to an organization.",
    "use an organization's API key.",
    {
      code: "forbidden",
    },
  );
}
