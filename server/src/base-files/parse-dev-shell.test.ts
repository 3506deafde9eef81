import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDevShell } from "./parse-dev-shell.ts";

const parse = (text: string) => parseDevShell(Buffer.from(text), "shop/flake.nix");
const exported = (values: Readonly<Record<string, unknown>>) =>
  JSON.stringify({
    bashFunctions: { buildPhase: "{ make; }" },
    variables: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { type: "exported", value }]),
    ),
  });

test("returns exported variables in capital letters", () => {
  const variables = {
    PATH: "/nix/store/a/bin",
    NIX_LDFLAGS: " -rpath",
    IN_NIX_SHELL: "impure",
    A_1: "two\nlines",
  };
  assert.deepEqual(parse(exported(variables)), variables);
  const derivation = { out: "/nix/store/a", buildInputs: "", shellHook: "exit", http_proxy: "a", _A: "b" };
  assert.deepEqual(parse(exported({ ...derivation, "A B": "c", "A=": "d" })), {});
});

test("ignores variables that are not exported, arrays and texts that no variable can contain", () => {
  const variables = {
    BASH: { type: "var", value: "/bin/bash" },
    LIST: { type: "array", value: ["a"] },
    MAP: { type: "associative", value: { a: "b" } },
    NOT_TEXT: { type: "exported", value: ["a"] },
    NUL: { type: "exported", value: "a\0b" },
  };
  assert.deepEqual(parse(JSON.stringify({ variables })), {});
});

test("ignores variables of the sandbox, of shells and of builders", () => {
  const builder = {
    HOME: "/homeless-shelter",
    TMPDIR: "/build",
    SSL_CERT_FILE: "/no-cert-file.crt",
    NIX_LOG_FD: "2",
  };
  const sandbox = {
    HTTPS_PROXY: "http://elsewhere",
    TEMBO_TOOLS_URL: "http://elsewhere",
    USER: "a",
    PWD: "/",
    SHLVL: "1",
  };
  assert.deepEqual(parse(exported({ ...builder, ...sandbox, PATH: "" })), {});
});

test("rejects output in another form", () => {
  for (const text of ["", "{", "null", "[]", "{}", '{"variables": []}', '{"variables": {"A": "b"}}'])
    assert.throws(() => parse(text), {
      code: "invalid_input",
      message: /the dev shell of shop\/flake\.nix in a form/,
    });
});
