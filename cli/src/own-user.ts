import type { Tembo } from "@tembo-io/sdk";
import { CommandError } from "./failure.ts";

/** Returns the ID of the person that the API key belongs to. Throws `CommandError` if it belongs to none. */
export async function ownUser(client: Tembo): Promise<string> {
  const { userId } = await client.me.retrieve();
  if (userId !== null) return userId;
  throw new CommandError("The API key does not belong to a person.", "use the API key of a member.", {
    code: "forbidden",
  });
}
