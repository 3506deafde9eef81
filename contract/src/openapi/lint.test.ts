import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openApiDocument } from "./document.ts";

const root = join(import.meta.dirname, "../../..");

/** Returns the problems that Redocly finds in a document, as the rule and the place of each. */
function problemsOf(document: object): string[] {
  const folder = mkdtempSync(join(tmpdir(), "tembo-openapi-"));
  try {
    const file = join(folder, "openapi.json");
    writeFileSync(file, JSON.stringify(document));
    const config = join(root, "contract/redocly.yaml");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, "node_modules/.bin/redocly"), "lint", "--format=json", `--config=${config}`, file],
      {
        encoding: "utf8",
        env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
        maxBuffer: 16 * 1024 * 1024,
        timeout: 60_000,
      },
    );
    assert.ok(status === 0 || status === 1, stderr);
    const { problems } = JSON.parse(stdout) as {
      problems: { ruleId: string; location: { pointer: string }[] }[];
    };
    assert.equal(status === 0, problems.length === 0, stderr);
    return problems.map(({ ruleId, location }) => `${ruleId} ${location[0]!.pointer}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("generates an OpenAPI document without errors or warnings from Redocly", () => {
  assert.deepEqual(problemsOf(openApiDocument("1.2.3")), []);
});

test("control: Redocly rejects a document with missing parts", () => {
  const document = JSON.parse(JSON.stringify(openApiDocument("1.2.3")));
  const { get: list, post: create } = document.paths["/v1/webhooks"];
  list.operationId = create.operationId;
  delete list.summary;
  create.tags = ["unknown"];
  create.responses = { 201: create.responses[201] };
  delete document.components.schemas.Webhook;
  document.tags[0].description = "";
  const rules = new Set(problemsOf(document).map((problem) => problem.split(" ")[0]));
  for (const rule of [
    "no-unresolved-refs",
    "operation-4xx-response",
    "operation-operationId-unique",
    "operation-summary",
    "operation-tag-defined",
    "tag-description",
  ])
    assert.ok(rules.has(rule), `${rule} is not among ${[...rules].join(", ")}`);
});
