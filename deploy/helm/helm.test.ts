import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { knownVariables } from "../../server/src/config-variables.ts";
import { type KubernetesObject, problemsOf, readObjects } from "../testing/validate-objects.ts";

const chart = join(import.meta.dirname, "tembo");
const read = (name: string) => readFileSync(join(chart, name), "utf8");
const values = parse(read("values.yaml"));
const required = {
  image: { ...values.image, name: "registry.example.com/tembo:1" },
  settings: {
    ...values.settings,
    TEMBO_PUBLIC_URL: "https://tembo.example.com",
    TEMBO_BLOBS: "s3://tembo",
  },
};
const complete = { ...values, ...required };

test("the schema requires an image and the settings without a default, and rejects unknown values", () => {
  const validate = new Ajv().compile(JSON.parse(read("values.schema.json")));
  const problems = (candidate: unknown) => {
    validate(candidate);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
  assert.deepEqual(problems(complete), []);
  assert.match(problems(values).join(), /^\/image\/name must NOT have fewer/);
  assert.match(problems({ ...complete, settings: values.settings }).join(), /^\/settings\/TEMBO_/);
  assert.match(problems({ ...complete, workers: {} }).join(), /must NOT have additional properties/);
});

test("the default settings exist", () => {
  const known = new Set<string>(knownVariables);
  assert.deepEqual(
    Object.keys(values.settings).filter((name) => !known.has(name)),
    [],
  );
});

// Debian: golang-go and golang-github-masterminds-sprig-dev.
const goPath = "/usr/share/gocode";
const canRender =
  spawnSync("go", ["version"]).error === undefined &&
  existsSync(join(goPath, "src/github.com/Masterminds/sprig"));
const skip = !canRender && "needs Go and the package of sprig";

/** Returns the objects of the chart. Helm itself is not needed, because its templates are those of Go with the functions of sprig. */
function render(given: object): KubernetesObject[] {
  const names = readdirSync(join(chart, "templates"));
  const { status, stdout, stderr } = spawnSync(
    "go",
    ["run", join(import.meta.dirname, "testing/render.go")],
    {
      env: { ...process.env, GOPATH: goPath, GO111MODULE: "off" },
      input: JSON.stringify({
        context: { Values: given, Release: { Name: "tembo" } },
        templates: Object.fromEntries(names.map((name) => [name, read(`templates/${name}`)])),
      }),
      encoding: "utf8",
    },
  );
  assert.equal(status, 0, stderr);
  return Object.values<string>(JSON.parse(stdout)).flatMap(readObjects);
}

test("the chart and the Kustomize base give sandboxes the same user IDs", () => {
  const base = readFileSync(join(import.meta.dirname, "../kustomize/base/kustomization.yaml"), "utf8");
  const setting = `TEMBO_SANDBOX_UID_BASE=${values.settings.TEMBO_SANDBOX_UID_BASE}`;
  assert.match(base, new RegExp(`^ +- ${setting}$`, "m"));
});

test("the chart has the objects of the Kustomize base", { skip }, async () => {
  const base = join(import.meta.dirname, "../kustomize/base");
  const expected: KubernetesObject[] = ["network-policy", "server", "worker"].flatMap((name) =>
    readObjects(readFileSync(join(base, `${name}.yaml`), "utf8")),
  );
  const rendered = render(complete);
  for (const object of rendered) assert.deepEqual(await problemsOf(object), [], object.metadata.name);
  const specsOf = (objects: readonly KubernetesObject[]) =>
    Object.fromEntries(
      objects
        .filter(({ kind }) => kind !== "ConfigMap")
        .map((object) => [`${object.kind} ${object.metadata.name}`, withoutNames(object.spec)]),
    );
  assert.deepEqual(specsOf(rendered), specsOf(expected));
});

test("the chart passes its values to the objects", { skip }, () => {
  const objects = render({
    ...complete,
    image: { ...complete.image, pullSecrets: ["registry"] },
    worker: {
      ...values.worker,
      nodeSelector: { pool: "sandboxes" },
      tolerations: [{ key: "sandboxes", operator: "Exists" }],
      storageClassName: "fast",
    },
    networkPolicy: { enabled: false },
  });
  assert.equal(objects.filter(({ kind }) => kind === "NetworkPolicy").length, 0);
  assert.partialDeepStrictEqual(objects.find(({ kind }) => kind === "StatefulSet")!.spec, {
    template: {
      spec: {
        imagePullSecrets: [{ name: "registry" }],
        nodeSelector: { pool: "sandboxes" },
        tolerations: [{ key: "sandboxes", operator: "Exists" }],
      },
    },
    volumeClaimTemplates: [{ spec: { storageClassName: "fast" } }],
  });
  const settings = objects.find(({ kind }) => kind === "ConfigMap");
  assert.partialDeepStrictEqual(settings!.data, { TEMBO_BLOBS: "s3://tembo" });
});

/** Removes what the chart adds, and the name of the image. Helm and Kustomize set the labels of the application differently. */
function withoutNames(spec: unknown): unknown {
  const text = JSON.stringify(spec, (key, value) =>
    [
      "annotations",
      "imagePullPolicy",
      "image",
      "app.kubernetes.io/name",
      "app.kubernetes.io/instance",
    ].includes(key)
      ? undefined
      : value,
  );
  return JSON.parse(text);
}
