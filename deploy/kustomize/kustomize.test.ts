import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse, stringify } from "yaml";
import { userIdRanges } from "../../server/src/core/base/index.ts";
import { type KubernetesObject, problemsOf, readObjects } from "../testing/validate-objects.ts";

const base = join(import.meta.dirname, "base");
const read = (name: string) => readFileSync(join(base, name), "utf8");
const objects: KubernetesObject[] = parse(read("kustomization.yaml")).resources.flatMap((name: string) =>
  readObjects(read(name)),
);
const find = (kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name)!;

test("the base has valid objects", async () => {
  assert.deepEqual(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort(), [
    "Deployment tembo-server",
    "NetworkPolicy tembo-server",
    "NetworkPolicy tembo-worker",
    "PersistentVolumeClaim tembo-server",
    "PodDisruptionBudget tembo-worker",
    "Service tembo",
    "Service tembo-worker",
    "StatefulSet tembo-worker",
  ]);
  for (const object of objects) assert.deepEqual(await problemsOf(object), [], object.metadata.name);
});

test("the validation reports misspelled fields, wrong values and missing fields", async () => {
  const text = stringify(find("StatefulSet", "tembo-worker"));
  const problemsWith = (before: string, after: string) => {
    assert.ok(text.includes(before));
    return problemsOf(parse(text.replace(before, after)));
  };
  assert.deepEqual(await problemsWith("hostUsers:", "hostUser:"), [
    "unknown field /spec/template/spec/hostUser",
  ]);
  assert.deepEqual(await problemsWith("kind:", "sort: 1\nkind:"), ["unknown field /sort"]);
  assert.match(
    (await problemsWith("procMount: Unmasked", "procMount: Visible")).join(),
    /procMount.*Unmasked/,
  );
});

test("a worker has its own volume, time to save its turns, and what its sandboxes need", () => {
  assert.partialDeepStrictEqual(find("StatefulSet", "tembo-worker").spec, {
    minReadySeconds: 30,
    template: {
      spec: {
        hostUsers: false,
        terminationGracePeriodSeconds: 720,
        containers: [
          {
            volumeMounts: [{ name: "data", mountPath: "/var/lib/tembo" }],
            securityContext: {
              procMount: "Unmasked",
              seccompProfile: { localhostProfile: "tembo.json" },
              capabilities: { drop: ["ALL"] },
            },
          },
        ],
      },
    },
    volumeClaimTemplates: [{ metadata: { name: "data" } }],
  });
  assert.partialDeepStrictEqual(find("PodDisruptionBudget", "tembo-worker").spec, { maxUnavailable: 1 });
});

test("the kubelet gives a pod the user IDs of all sessions and layers", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../docs/guides/containers.md"), "utf8");
  const idsPerPod = Number(/^ +idsPerPod: (\d+)$/m.exec(guide)?.[1]);
  const sandboxUidBase = Number(/TEMBO_SANDBOX_UID_BASE=(\d+)/.exec(read("kustomization.yaml"))?.[1]);
  const [{ first, count } = { first: Number.NaN, count: Number.NaN }] = userIdRanges({
    sandboxUidBase,
    sandboxRootUidBase: 1_900_000_000,
  });
  const last = first + count - 1;
  assert.ok(last < idsPerPod, `${last} is not among the ${idsPerPod} IDs`);
  assert.equal(idsPerPod % 65_536, 0, "the kubelet requires a multiple");
  assert.ok(idsPerPod - 65_536 <= last, "no more IDs than necessary");
});

test("a worker reaches pods in the cluster where blocks of addresses exclude them", () => {
  const { egress } = find("NetworkPolicy", "tembo-worker").spec as {
    readonly egress: readonly { readonly to: readonly object[] }[];
  };
  assert.deepEqual(egress[0]?.to.at(-1), { namespaceSelector: {} });
});

const isInstalled = spawnSync("kubectl", ["version", "--client"]).error === undefined;

test("kubectl builds the base and the example", { skip: !isInstalled && "needs kubectl" }, async () => {
  const build = (name: string) => {
    const folder = join(import.meta.dirname, name);
    const { status, stdout, stderr } = spawnSync("kubectl", ["kustomize", folder], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return readObjects(stdout);
  };
  const built = build("base");
  assert.equal(built.length, objects.length + 1, "all objects and the settings");
  const example = build("example");
  for (const object of [...built, ...example])
    assert.deepEqual(await problemsOf(object), [], object.metadata.name);
  assert.partialDeepStrictEqual(example.find(({ kind }) => kind === "StatefulSet")!.spec, {
    replicas: 4,
    template: { spec: { containers: [{ image: "registry.example.com/tembo:1" }] } },
  });
  assert.partialDeepStrictEqual(example.find(({ kind }) => kind === "ConfigMap")!.data, {
    TEMBO_BLOBS: "s3://tembo-blobs",
    TEMBO_SANDBOX_UID_BASE: "65536",
  });
});
