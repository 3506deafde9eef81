import assert from "node:assert/strict";
import { test } from "node:test";
import { isInjectable, requireSecretKey } from "./secret-key.ts";

test("accepts variable names as keys, including tokens of common programs", () => {
  for (const key of [
    "NPM_TOKEN",
    "_x",
    "a1",
    "GITHUB_TOKEN",
    "GIT_TOKEN",
    "OPENAI_API_KEY",
    "DATABASE_URL",
  ]) {
    requireSecretKey(key);
    assert.ok(isInjectable(key), key);
  }
});

test("rejects invalid variable names and reserved variables", () => {
  for (const key of ["", "1A", "A-B", "A B", "ü", "A=B", "A\n"]) {
    assert.throws(() => requireSecretKey(key), {
      code: "invalid_input",
      message: /not a valid environment variable name/,
    });
    assert.ok(!isInjectable(key));
  }
  const reserved = ["PATH", "HOME", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "NODE_OPTIONS", "https_proxy"];
  const more = [
    "NO_PROXY",
    "NODE_EXTRA_CA_CERTS",
    "ANTHROPIC_BASE_URL",
    "GIT_SSH_COMMAND",
    "GIT_CONFIG_COUNT",
  ];
  for (const key of [
    ...reserved,
    ...more,
    "BASH_ENV",
    "PYTHONSTARTUP",
    "TEMBO_X",
    "CLAUDE_CODE_USE_BEDROCK",
  ]) {
    assert.throws(() => requireSecretKey(key), { code: "invalid_input", message: /reserved/ });
    assert.ok(!isInjectable(key));
  }
});
