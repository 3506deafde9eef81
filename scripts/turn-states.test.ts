import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  sessionStatusOf,
  turnStatuses,
  turnTransitions,
} from "../server/src/core/sessions/turn/turn-states.ts";

const page = await readFile(join(import.meta.dirname, "../docs/develop/turns.md"), "utf8");

/** Returns the rows of the table with this head. */
function rowsBelow(head: string): string[] {
  const lines = page.split("\n");
  const start = lines.indexOf(head);
  assert.ok(start >= 0, `docs/develop/turns.md has no table "${head}".`);
  const rest = lines.slice(start + 2);
  return rest.slice(
    0,
    rest.findIndex((line) => !line.startsWith("|")),
  );
}

test("documents every change of a turn's status", () => {
  assert.deepEqual(
    rowsBelow("| from | change | to | when |"),
    turnTransitions.map(
      ({ from, action, to, when }) => `| ${from ?? "none"} | ${action} | ${to} | ${when} |`,
    ),
  );
});

test("documents the session's status for every status of its newest turn", () => {
  assert.deepEqual(
    rowsBelow("| newest turn | session |"),
    [null, ...turnStatuses].map((status) => `| ${status ?? "none"} | ${sessionStatusOf(status)} |`),
  );
});
