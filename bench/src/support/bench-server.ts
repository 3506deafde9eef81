import { API_KEY, startTemboProcess, type TemboProcess, temporaryDataDir } from "@tembo/e2e/support";
import { benchLimits } from "./bench-limits.ts";

/**
 * Starts `tembo server` on this database with a temporary data folder. The server provides the API but processes no
 * turns.
 */
export async function startBenchServer(
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<TemboProcess & { [Symbol.asyncDispose](): Promise<void> }> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await temporaryDataDir();
  cleanup.defer(() => dataDir.remove());
  const tembo = await startTemboProcess({
    command: "server",
    dataDir: dataDir.path,
    apiKey: API_KEY,
    // The server never uses this key. It is set because the server rejects sessions if no key is configured.
    env: { ...benchLimits, DATABASE_URL: databaseUrl, ANTHROPIC_API_KEY: "bench", ...env },
  });
  cleanup.defer(async () => void (await tembo.stop()));
  const owned = cleanup.move();
  return { ...tembo, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
