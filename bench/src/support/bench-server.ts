import { API_KEY, startTemboProcess, type TemboProcess, temporaryDataDir } from "@tembo/e2e/support";

/** `tembo server` on this database, with a data folder of its own: it answers the API and works nothing. */
export async function startBenchServer(
  databaseUrl: string,
): Promise<TemboProcess & { [Symbol.asyncDispose](): Promise<void> }> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await temporaryDataDir();
  cleanup.defer(() => dataDir.remove());
  const tembo = await startTemboProcess({
    command: "server",
    dataDir: dataDir.path,
    apiKey: API_KEY,
    // No request leaves: a session is refused without a key, and nothing works it here.
    env: { DATABASE_URL: databaseUrl, ANTHROPIC_API_KEY: "bench" },
  });
  cleanup.defer(async () => void (await tembo.stop()));
  const owned = cleanup.move();
  return { ...tembo, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
