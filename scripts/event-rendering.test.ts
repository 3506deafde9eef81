import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";

const root = join(import.meta.dirname, "..");
const definitions = join(root, "contract/src/event/session-events.ts");

/** The compiler's complaints about a file, with another text in place of the file that defines the events of sessions. */
function complaintsAbout(file: string, project: string, text: string): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, project),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: ({ messageText }) => assert.fail(String(messageText)) },
  );
  const host = ts.createCompilerHost(config!.options);
  const read = host.readFile.bind(host);
  host.readFile = (name) => (name === definitions ? text : read(name));
  const path = join(root, file);
  const program = ts.createProgram([path], config!.options, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const present = readFileSync(definitions, "utf8");
const planted = present.replace(
  "export const sessionEvents = [",
  '$&\n  defineEvent("session.planted", "Something new happened.", {}),',
);

for (const [file, project] of [
  ["cli/src/render/render-event.ts", "tsconfig.json"],
  ["web/src/session/transcript/extend-transcript.ts", "web/tsconfig.json"],
] as const)
  test(`a new type of event is a type error in ${file} until it is rendered`, () => {
    assert.deepEqual(complaintsAbout(file, project, present), [], "control");
    assert.match(complaintsAbout(file, project, planted).join("\n"), /"session\.planted"/);
  });
