import type { NewFile } from "../forge/forge.ts";

/** A JavaScript project without dependencies, with one failing test that an agent can fix in a first session. */
export const sampleProject: readonly NewFile[] = [
  {
    path: "README.md",
    text: `# Sample project

Adds up a shopping cart. Run its tests with \`node --test\`.
`,
  },
  {
    path: "package.json",
    text: `{
  "name": "sample",
  "private": true,
  "type": "module",
  "scripts": {
    "test": "node --test"
  }
}
`,
  },
  {
    path: "cart.js",
    text: `/** Returns the total of a cart in cents. A discount is a percentage from 0 to 100. */
export function total(items, discount = 0) {
  const sum = items.reduce((cents, item) => cents + item.cents, 0);
  return Math.round(sum * (1 - discount));
}
`,
  },
  {
    path: "cart.test.js",
    text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { total } from "./cart.js";

const items = [{ cents: 1000 }, { cents: 250 }];

test("adds up the items", () => {
  assert.equal(total(items), 1250);
});

test("subtracts the discount", () => {
  assert.equal(total(items, 10), 1125);
});
`,
  },
];
