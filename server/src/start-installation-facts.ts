import manifest from "../package.json" with { type: "json" };
import type { Config } from "./config.ts";
import { paths } from "./core/base/index.ts";
import type { InstallationFacts } from "./core/turns/index.ts";

/** Returns the facts that the status of the installation shows. */
export function createInstallationFacts({
  dataDir,
  databaseUrl,
  blobs,
  masterKeyFile,
}: Pick<Config, "dataDir" | "databaseUrl" | "blobs" | "masterKeyFile">): InstallationFacts {
  return {
    version: manifest.version,
    blobs: blobs.kind === "s3" ? "s3" : blobs.sharedPath === null ? "dataFolder" : "sharedFolder",
    database: databaseUrl === null ? "embedded" : "external",
    masterKeySource: masterKeyFile === paths.masterKey(dataDir) ? "dataFolder" : "file",
  };
}
