import { stat } from "node:fs/promises";
import { AppError } from "../core/base/index.ts";
import { databaseAccount, nobodyIds, readPasswd } from "./account.ts";

/**
 * Throws `invalid_input` if the database in a data folder belongs to a server of another user. A server of root runs PostgreSQL as
 * `databaseAccount()`, and as `nobody` in earlier versions.
 */
export async function requireDatabaseUser(
  dataFolder: string,
  caller = { uid: process.getuid!(), account: databaseAccount() },
): Promise<void> {
  const { uid } = await stat(dataFolder);
  const { account } = caller;
  if (uid === caller.uid || (account !== null && [account.uid, nobodyIds.uid].includes(uid))) return;
  const name = describeUser(uid);
  throw new AppError(
    "invalid_input",
    `The database in ${dataFolder} belongs to another user. Run this command as ${name}, like the server.`,
  );
}

/** PostgreSQL under root uses the ID of `nobody`, or one without an entry in /etc/passwd. */
function describeUser(uid: number): string {
  const line = readPasswd()
    .split("\n")
    .map((text) => text.split(":"))
    .find(([, , id]) => id === String(uid));
  return line?.[0] === undefined || uid === nobodyIds.uid ? "root" : line[0];
}
