import type { Files } from "../support/repositories.ts";

/** Two small repositories. Each has a test that fails until its login bug is fixed. */
export const demoRepositories: readonly { readonly path: string; readonly files: Files }[] = [
  {
    path: "org/repo",
    files: {
      "package.json":
        '{ "name": "login-component", "type": "module", "scripts": { "test": "node --test" } }\n',
      "README.md": "# Login component\n\nChecks what a person typed against the stored hash.\n",
      "src/login.js": `import { createHash } from "node:crypto";

const hash = (text) => createHash("sha256").update(text).digest("hex");

export function createAccount(name, password) {
  return { name, passwordHash: hash(password) };
}

export function login(account, password) {
  return account.passwordHash === password;
}
`,
      "test/login.test.js": `import assert from "node:assert/strict";
import { test } from "node:test";
import { createAccount, login } from "../src/login.js";

test("a person with the right password is let in", () => {
  assert.equal(login(createAccount("ada", "s3cret"), "s3cret"), true);
});

test("the stored hash is no password", () => {
  const account = createAccount("ada", "s3cret");
  assert.equal(login(account, account.passwordHash), false);
});
`,
    },
  },
  {
    path: "org/repo-2",
    files: {
      "package.json": '{ "name": "session-token", "type": "module", "scripts": { "test": "node --test" } }\n',
      "README.md": "# Session token\n\nWhat the login component hands out.\n",
      "src/token.js": `export function issueToken(name, nowMs, lifetimeMs) {
  return { name, expiresAtMs: nowMs + lifetimeMs };
}

export function isValid(token, nowMs) {
  return token.expiresAtMs < nowMs;
}
`,
      "test/token.test.js": `import assert from "node:assert/strict";
import { test } from "node:test";
import { isValid, issueToken } from "../src/token.js";

test("a fresh token is valid", () => {
  assert.equal(isValid(issueToken("ada", 1000, 500), 1200), true);
});

test("a token is not valid after its time", () => {
  assert.equal(isValid(issueToken("ada", 1000, 500), 1600), false);
});
`,
    },
  },
];
