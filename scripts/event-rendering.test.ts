import assert from "node:assert/strict";
import { test } from "node:test";
import { compilerOf, withLine } from "./guide.test-support.ts";

const definitions = "contract/src/event/session-events.ts";
const planted = withLine(
  definitions,
  "export const sessionEvents = [",
  '  defineEvent("session.planted", "Something new happened.", {}),',
);

for (const [file, project] of [
  ["cli/src/render/render-event.ts", "tsconfig.json"],
  ["web/src/session/transcript/extend-transcript.ts", "web/tsconfig.json"],
] as const)
  test(`a new event type is a type error in ${file} until the file renders it`, () => {
    const compile = compilerOf(project);
    assert.deepEqual(compile([file], {}), [], "control");
    assert.match(compile([file], { [definitions]: planted }).join("\n"), /"session\.planted"/);
  });
