/** Writes what is generated: the dump of the database's schema. */
import { writeFile } from "node:fs/promises";
import { dumpSchema, schemaFile } from "../server/src/store/dump-schema.ts";
import { migrate } from "../server/src/store/migrate.ts";
import { createTestDatabase } from "../server/src/testing/test-database.ts";

const database = await createTestDatabase();
try {
  await migrate(database.pool);
  await writeFile(schemaFile, await dumpSchema(database.pool));
} finally {
  await database.drop();
}
