import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutVersion } from "./feature.ts";
import { type OrderedFeature, orderFeatures } from "./order-features.ts";

const host = "ghcr.io/acme/features";
const feature = (id: string, part: Partial<OrderedFeature> = {}): OrderedFeature => ({
  key: id,
  name: `${host}/${id}:1`,
  resource: `${host}/${id}`,
  needs: [],
  installsAfter: [],
  legacyNames: [],
  ...part,
});
const order = (features: readonly OrderedFeature[], preferred: readonly string[] = []) =>
  orderFeatures(features, preferred).map(({ key }) => key);

test("installs features after those that they need or name", () => {
  assert.deepEqual(order([feature("c"), feature("a"), feature("b")]), ["a", "b", "c"]);
  const features = [
    feature("a", { needs: ["z"] }),
    feature("b", { installsAfter: [`${host}/c`, `${host}/absent`] }),
    feature("c", { installsAfter: [`${host}/c`] }),
    feature("z"),
  ];
  assert.deepEqual(order(features), ["c", "z", "a", "b"]);
  assert.deepEqual(
    order([
      feature("a", { installsAfter: [`${host}/old:2`] }),
      feature("b", { legacyNames: [`${host}/old`] }),
    ]),
    ["b", "a"],
  );
});

test("installs preferred features first, but not before those that they need", () => {
  const [a, b, c] = [feature("a"), feature("b"), feature("c")];
  assert.deepEqual(order([a, b, c], [`${host}/c`, `${host}/b:1`]), ["c", "b", "a"]);
  assert.deepEqual(order([a, b, feature("c", { needs: ["a"] })], [`${host}/c`]), ["a", "b", "c"]);
  assert.deepEqual(order([a, feature("c", { installsAfter: [`${host}/a`] })], [`${host}/c`]), ["a", "c"]);
});

test("rejects circles and unknown preferred features", () => {
  for (const circle of [
    [feature("a", { needs: ["a"] })],
    [feature("a", { needs: ["b"] }), feature("b", { installsAfter: [`${host}/a`] })],
  ])
    assert.throws(() => order(circle), {
      code: "invalid_input",
      message: /depend on each other in a circle/,
    });
  assert.throws(() => order([feature("a")], [`${host}/b`]), {
    code: "invalid_input",
    message: /"overrideFeatureInstallOrder" names "ghcr\.io\/acme\/features\/b"/,
  });
});

test("removes the version of a name", () => {
  for (const version of [":1", ":1.2.3", "", `@sha256:${"a".repeat(64)}`, `:1@sha256:${"a".repeat(64)}`])
    assert.equal(withoutVersion(`localhost:5000/a/b${version}`), "localhost:5000/a/b");
});
