import pg from "pg";
import { databaseUrl } from "../../support/api-edge.ts";
import type { BrowserWorld } from "./browser-world.ts";

/**
 * Moves the time of each user's last password confirmation into the past, because stories cannot change the server's
 * clock.
 */
export async function ageConfirmations({ world }: BrowserWorld, minutes: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(world.dataDir) });
  await client.connect();
  try {
    await client.query("update api_keys set confirmed_at = confirmed_at - make_interval(mins => $1)", [
      minutes,
    ]);
  } finally {
    await client.end();
  }
}
