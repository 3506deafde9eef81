import type { Environment } from "./config.ts";
import { PasswordHasher, resetPassword } from "./core/accounts/index.ts";
import { findConfig, withDatabase } from "./start-installation.ts";

/**
 * Runs `tembo reset-password` on the server's machine, also while the server runs. Throws the errors of `findConfig`,
 * `openInstallation` and `resetPassword`.
 */
export async function resetPersonPassword(
  env: Environment,
  email: string,
): Promise<{ readonly email: string; readonly password: string }> {
  const config = await findConfig(env);
  return withDatabase(config, ({ store }) => resetPassword({ store }, new PasswordHasher(), email));
}
