import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDevcontainer } from "./parse-devcontainer.ts";

const path = ".devcontainer/devcontainer.json";
const parse = (value: object | string, at = path) =>
  parseDevcontainer(typeof value === "string" ? value : JSON.stringify(value), at);

test("reads an image, variables, users and commands from JSON with comments", () => {
  const file = parse(`{
    // comment
    "image": "debian:13", /* another */
    "containerEnv": { "A": "a", "B": "b" }, "remoteEnv": { "B": "c", "A": null },
    "remoteUser": "root", "postCreateCommand": ["a", "b"], "onCreateCommand": "c",
    "customizations": { "vscode": {} },
  }`);
  assert.deepEqual(file.system, { kind: "image", reference: "debian:13" });
  assert.deepEqual(
    [file.containerEnv, file.remoteEnv],
    [
      { A: "a", B: "b" },
      { B: "c", A: null },
    ],
  );
  assert.equal(file.user, "root");
  assert.deepEqual(
    file.setup.map(({ name }) => name),
    ["onCreateCommand", "postCreateCommand"],
  );
  assert.equal(parse({ image: "a", remoteUser: "vscode" }).user, null);
});

test("reads forwarded ports, and distinguishes those of other containers", () => {
  const forwardPorts = [3000, "localhost:8080", "127.0.0.1:81", "9000", "db:5432", "localhost:99999"];
  const { ports } = parse({ image: "a", forwardPorts });
  assert.deepEqual(ports, [3000, 8080, 81, 9000, "db:5432", "localhost:99999"]);
  assert.deepEqual(parse({ image: "a" }).ports, []);
  for (const port of [0, 65_536, 1.5])
    assert.throws(() => parse({ image: "a", forwardPorts: [port] }), { code: "invalid_input" }, String(port));
});

test("reads features with their options, order and users", () => {
  const digest = `ghcr.io/a/b@sha256:${"a".repeat(64)}`;
  const features = {
    ...{ "./own/": { a: true, b: "c" }, "./other/../own": null, "ghcr.io/a/b:1": "1.2" },
    ...{ "localhost:5000/x": {}, [digest]: true },
  };
  const file = parse({
    ...{ image: "a", features, overrideFeatureInstallOrder: ["ghcr.io/a/b"] },
    ...{ remoteUser: "vscode", containerUser: "root" },
  });
  assert.deepEqual(file.features, [
    { name: "./own", folder: ".devcontainer/own", options: { a: "true", b: "c" } },
    { name: "./own", folder: ".devcontainer/own", options: {} },
    { name: "ghcr.io/a/b:1", folder: null, options: { version: "1.2" } },
    { name: "localhost:5000/x", folder: null, options: {} },
    { name: digest, folder: null, options: {} },
  ]);
  assert.deepEqual(file.installOrder, ["ghcr.io/a/b"]);
  assert.deepEqual(file.users, { containerUser: "root", remoteUser: "vscode" });
  assert.deepEqual(parse({ image: "a", features: { "./own": {} } }, ".devcontainer.json").features, [
    { name: "./own", folder: "own", options: {} },
  ]);
});

test("rejects NUL in each text that reaches a program, and names the property", () => {
  const image = { image: "a" };
  const nul = "a\0";
  for (const [value, at] of [
    [{ image: nul }, "image"],
    [{ build: { dockerfile: nul } }, "build.dockerfile"],
    [{ build: { dockerfile: "D", context: nul } }, "build.context"],
    [{ build: { dockerfile: "D", target: nul } }, "build.target"],
    [{ build: { dockerfile: "D", args: { A: nul } } }, "build.args.A"],
    [{ build: { dockerfile: "D", args: { [nul]: "A" } } }, "build.args"],
    [{ ...image, containerEnv: { A: nul } }, "containerEnv.A"],
    [{ ...image, remoteEnv: { A: nul } }, "remoteEnv.A"],
    [{ ...image, onCreateCommand: nul }, "onCreateCommand"],
    [{ ...image, postStartCommand: ["a", nul] }, "postStartCommand"],
    [{ ...image, postCreateCommand: { a: ["a", nul] } }, "postCreateCommand"],
    [{ ...image, postCreateCommand: { [nul]: "a" } }, "postCreateCommand"],
    [{ ...image, remoteUser: nul }, "remoteUser"],
    [{ ...image, features: { [`./${nul}`]: {} } }, "features"],
    [{ ...image, features: { "./a": { [nul]: "b" } } }, "features"],
    [{ ...image, features: { "./a": nul } }, "features"],
    [{ ...image, overrideFeatureInstallOrder: [nul] }, "overrideFeatureInstallOrder.0"],
  ] as const) {
    const message = new RegExp(`value that is not valid at "${at.replaceAll(".", "\\.")}`);
    assert.throws(() => parse(value), { code: "invalid_input", message }, JSON.stringify(value));
    assert.ok(parse(JSON.stringify(value).replaceAll("\\u0000", "")), "control");
  }
});

test("limits the number of features", () => {
  const file = (count: number) => {
    const names = Array.from({ length: count }, (_, index) => `./${index}`);
    return { image: "a", features: Object.fromEntries(names.map((name) => [name, {}])) };
  };
  assert.equal(parse(file(30)).features.length, 30, "control");
  assert.throws(() => parse(file(31)), { code: "invalid_input", message: /names more than 30 features\./ });
});

test("finds the Dockerfile and its context relative to the file", () => {
  assert.deepEqual(parse({ build: { dockerfile: "Dockerfile", context: "..", args: { A: 1 } } }).system, {
    ...{ kind: "dockerfile", path: ".devcontainer/Dockerfile", contextPath: "" },
    ...{ target: null, args: { A: "1" } },
  });
  assert.deepEqual(parse({ dockerFile: "a/D", context: "b/" }, ".devcontainer.json").system, {
    ...{ kind: "dockerfile", path: "a/D", contextPath: "b", target: null, args: {} },
  });
});

test("rejects what it does not support, and paths outside the repository", () => {
  const image = { image: "a" };
  for (const [value, message] of [
    [{}, /names no system/],
    [{ dockerComposeFile: ["a.yml"] }, /"dockerComposeFile", which is not supported/],
    [{ ...image, features: { go: {} } }, /names the feature "go", which is neither .* Use a reference/],
    [
      { ...image, features: { "https://example.com/f.tgz": {} } },
      /neither a reference in a registry nor a relative folder/,
    ],
    [{ ...image, features: { "./a/../../b": {} } }, /names the feature .* outside its folder/],
    [{ ...image, features: { "./": {} } }, /outside its folder/],
    [{ ...image, features: { "/etc": {} } }, /neither a reference in a registry nor a relative folder/],
    [{ ...image, features: { "./a": { b: "\0" } } }, /not valid at "features/],
    [{ ...image, features: { "./a": { b: [] } } }, /not valid at "features/],
    [{ ...image, remoteUser: "a\0" }, /not valid at "remoteUser"/],
    [{ build: { dockerfile: "../../Dockerfile" } }, /outside the repository in "build.dockerfile"/],
    [{ build: { dockerfile: "/etc/passwd" } }, /outside the repository/],
    [{ build: { dockerfile: "D", context: "../.." } }, /outside the repository in "build.context"/],
    [{ ...image, containerEnv: { "A=B": "c" } }, /not valid at "containerEnv/],
    [{ ...image, postCreateCommand: 7 }, /not valid at "postCreateCommand"/],
    ['{ "image": \n "a" "b" }', /CommaExpected on line 2/],
    ["", /not valid JSON with comments/],
    ["[]", /not valid at ""/],
    ["[".repeat(20_000), /^\.devcontainer\/devcontainer\.json nests objects and arrays too deeply/],
    ["[},".repeat(20_000), /nests objects and arrays too deeply/],
  ] as const)
    assert.throws(() => parse(value), { code: "invalid_input", message });
});
