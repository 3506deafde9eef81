import { startTemporaryCluster, type TemporaryCluster } from "./temporary-cluster.ts";

let cluster: TemporaryCluster | null = null;

/** For `node --test-global-setup`: one PostgreSQL for all files of a run, unless TEMBO_TEST_DATABASE_URL names one. */
export async function globalSetup(): Promise<void> {
  if ((process.env.TEMBO_TEST_DATABASE_URL ?? "") !== "") return;
  cluster = await startTemporaryCluster();
  process.env.TEMBO_TEST_DATABASE_URL = cluster.url;
}

export async function globalTeardown(): Promise<void> {
  await cluster?.stop();
}
