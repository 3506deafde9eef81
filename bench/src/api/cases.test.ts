import assert from "node:assert/strict";
import { test } from "node:test";
import { operations } from "@tembo/contract";
import { listQueries } from "./cases.ts";

const id = "00000000-0000-7000-8000-000000000001";
const known = {
  ...{ person: id, login: "login", repository: id, rareRepository: id, issue: "https://issue.test/1" },
  ...{
    part: "src/part1",
    rare: "part1",
    medium: "word",
    harness: "harness",
    project: id,
    agent: id,
    source: id,
  },
};

const schema = operations.sessionPage.query;

/** Returns the parameters without a case. The second page uses the cursor of the first one. */
function withoutCase(parameters: readonly string[], queries: readonly string[]): string[] {
  const used = new Set(["cursor", ...queries.flatMap((query) => [...new URLSearchParams(query).keys()])]);
  return parameters.filter((name) => !used.has(name));
}

test("measures each query parameter of the list of sessions", () => {
  const queries = listQueries(known).map(([, query]) => query);
  const parameters = Object.keys(schema.shape);
  assert.deepEqual(withoutCase(parameters, queries), [], "add a case to bench/src/api/cases.ts");
  assert.deepEqual(withoutCase([...parameters, "color"], queries), ["color"], "control: a new parameter");
});

test("sends only parameters that the list of sessions has, with values that it accepts", () => {
  for (const [name, query] of listQueries(known)) {
    const values = Object.fromEntries(new URLSearchParams(query));
    assert.doesNotThrow(() => schema.strict().parse(values), name);
  }
  assert.throws(() => schema.strict().parse({ color: "red" }), "control: an unknown parameter");
});

test("gives each case its own name", () => {
  const names = listQueries(known).map(([name]) => name);
  assert.deepEqual(names, [...new Set(names)]);
});
