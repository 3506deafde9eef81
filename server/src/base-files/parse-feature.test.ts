import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFeature } from "./parse-feature.ts";

const name = "ghcr.io/acme/features/go:1";
const parse = (value: object | string) =>
  parseFeature(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)), {
    name,
    folder: ".devcontainer",
  });

test("reads options, variables, dependencies and commands", () => {
  const feature = parse({
    id: "go",
    version: "1.2.3",
    options: {
      version: { type: "string", enum: ["latest", "none"], default: "latest" },
      tools: { type: "boolean", default: true },
      other: { type: "string" },
    },
    containerEnv: { PATH: "/go/bin:${PATH}" },
    dependsOn: { "ghcr.io/acme/features/base": "2", "./own": { a: false, n: 1 } },
    installsAfter: ["ghcr.io/acme/features/git"],
    legacyIds: ["golang"],
    postCreateCommand: "go version",
    customizations: { vscode: {} },
  });
  assert.deepEqual(feature, {
    options: {
      version: { value: "latest", allowed: ["latest", "none"] },
      tools: { value: "true", allowed: null },
      other: { value: null, allowed: null },
    },
    containerEnv: { PATH: "/go/bin:${PATH}" },
    dependsOn: [
      { name: "ghcr.io/acme/features/base", folder: null, options: { version: "2" } },
      { name: "./own", folder: ".devcontainer/own", options: { a: "false", n: "1" } },
    ],
    installsAfter: ["ghcr.io/acme/features/git"],
    legacyNames: ["ghcr.io/acme/features/golang"],
    ignored: [],
    setup: [{ name: "postCreateCommand", command: "go version" }],
    start: null,
  });
});

test("lists the properties that a sandbox cannot provide", () => {
  const feature = {
    capAdd: ["SYS_PTRACE"],
    init: true,
    mounts: [],
    entrypoint: "/start.sh",
    privileged: false,
  };
  assert.deepEqual(parse(feature).ignored, ["capAdd", "entrypoint", "init"]);
});

test("rejects values that could change the Dockerfile or need rights that a sandbox does not have", () => {
  for (const [value, message] of [
    [{ privileged: true }, /go:1 requires privileged mode/],
    [{ containerEnv: { A: "b\nRUN true" } }, /not valid at "containerEnv\.A": line breaks/],
    [{ containerEnv: { A: "b\rRUN true" } }, /line breaks/],
    [{ containerEnv: { "A=b C": "d" } }, /not valid at "containerEnv/],
    [{ options: { a: { default: "\0" } } }, /not valid at "options/],
    [{ dependsOn: { "../other": {} } }, /names the feature "\.\.\/other"/],
    [{ installsAfter: Array(101).fill("a") }, /not valid at "installsAfter"/],
    ["{", /not valid JSON/],
    ["[".repeat(20_000), /nests objects and arrays too deeply/],
    [`{}${" ".repeat(256 * 1024)}`, /more than 256 KiB/],
  ] as const)
    assert.throws(() => parse(value), { code: "invalid_input", message });
});
