import { AppError } from "../../../core/base/index.ts";
import type { ForgeAccess } from "../../../core/forges/index.ts";
import { type Connection, inRepository } from "./guard.ts";

export function access(connection: Connection): ForgeAccess {
  return {
    account: async () => (await connection.actor()).user,

    async test() {
      try {
        const { user } = await connection.actor();
        return {
          isHealthy: true,
          message: `The built-in forge accepts the key, which acts as "${user.login}".`,
        };
      } catch (cause) {
        if (!(cause instanceof AppError && cause.code === "forge_unauthorized")) throw cause;
        return { isHealthy: false, message: cause.message };
      }
    },

    // Calls through the port are not requests, so they do not count toward the limit.
    rateLimit: async () => {
      await connection.actor();
      return null;
    },

    // Host git accesses the path directly, without a server or a credential.
    remote: (ref) =>
      inRepository(connection, ref, async ({ repository: { owner, name } }) => ({
        kind: "local",
        owner,
        name,
      })),
  };
}
