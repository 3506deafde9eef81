/**
 * Writes the generated files: the database schema dump; the references for events, errors, limits and metrics; the SDK's limits; the names of
 * OpenAPI's components; the table of operations; the table of core modules; the table of containment probes; and the pages and charts of
 * measurements. Fails if the table of operations lists an operation that is no longer served.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFigurePages } from "../bench/src/publish/write-pages.ts";
import { errorReference, errorReferenceFile } from "../contract/src/error/error-reference.ts";
import { eventReference, eventReferenceFile } from "../contract/src/event/event-reference.ts";
import { componentNames, componentNamesFile } from "../contract/src/openapi/component-names.ts";
import { probeTable } from "../e2e/src/containment/support/probe-table.ts";
import { coverageFile, coverageTable, lostSince } from "../e2e/src/contract/coverage.ts";
import { dumpSchema, schemaFile } from "../server/src/store/dump-schema.ts";
import { migrate } from "../server/src/store/migrate.ts";
import { createTestDatabase } from "../server/src/testing/test-database.ts";
import { architectureFile, withModuleTable } from "./core-modules.ts";
import { limitsReference, limitsReferenceFile, sdkLimits, sdkLimitsFile } from "./limits-reference.ts";
import { metricsReference, metricsReferenceFile } from "./metrics-reference.ts";
import { securityFile, withProbeTable } from "./security-table.ts";

const database = await createTestDatabase();
try {
  await migrate(database.pool);
  await writeFile(schemaFile, await dumpSchema(database.pool));
} finally {
  await database.drop();
}

await writeFile(eventReferenceFile, eventReference());
await writeFile(errorReferenceFile, errorReference());
await writeFile(componentNamesFile, componentNames());
await writeFile(limitsReferenceFile, limitsReference());
await writeFile(metricsReferenceFile, metricsReference());
await writeFile(sdkLimitsFile, sdkLimits());
await writeFile(
  architectureFile,
  withModuleTable(await readFile(architectureFile, "utf8"), join(import.meta.dirname, "..")),
);

await writeFile(securityFile, withProbeTable(await readFile(securityFile, "utf8"), await probeTable()));

await writeFigurePages(join(import.meta.dirname, ".."));

const lost = lostSince(await readFile(coverageFile, "utf8"));
if (lost.length > 0) {
  throw new Error(
    `These operations are no longer served: ${lost.join(", ")}. Restore them. To remove one on purpose, delete its line from docs/reference/coverage.md.`,
  );
}
await writeFile(coverageFile, coverageTable());
