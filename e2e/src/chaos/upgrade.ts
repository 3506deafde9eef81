import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyTree } from "./planted/copy-tree.ts";
import type { Patch } from "./planted/patch.ts";

const file = "server/src/engine/turn-engine.ts";

/** Migration of the next version. It locks the tables that machines use most. */
export const nextMigration = {
  name: "9999-next-version.sql",
  text: `
    create table next_version (session_id uuid primary key references sessions on delete cascade);
    alter table sessions add column next_text text;
    alter table turns add column next_level integer not null default 0;
    alter table workers add column next_text text;
    create index events_next_index on events (created_at);`,
};

/** Creates a copy of the product with the next version of its workflows and a further migration. */
export async function copyNextVersion(root: string, cleanup: AsyncDisposableStack): Promise<string> {
  const copy = await copyTree(root, [await nextWorkflows(root)], cleanup);
  await writeFile(join(copy, "server/src/store/migrations", nextMigration.name), nextMigration.text);
  return copy;
}

/** Returns the patch that changes the version of the workflows. */
export async function nextWorkflows(root: string): Promise<Patch> {
  const [from, version] =
    /const WORKFLOW_VERSION = (\d+);/.exec(await readFile(join(root, file), "utf8")) ?? [];
  if (from === undefined) throw new Error(`${file} does not contain the version of workflows.`);
  return { file, from, to: `const WORKFLOW_VERSION = ${Number(version) + 1};` };
}
