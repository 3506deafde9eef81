import assert from "node:assert/strict";
import { test } from "node:test";
import { decideDefault } from "./choose-project.ts";
import { fitSize, hasSize, requireSize } from "./project-size.ts";
import { aProject } from "./testing/a-project.ts";

test("treats small like micro, which has the same resources", () => {
  assert.equal(hasSize({ sizes: ["micro"] }, "small"), true);
  assert.equal(hasSize({ sizes: ["nano"] }, "small"), false);
});

test("keeps a size that the project has, and otherwise chooses the next smaller or the smallest", () => {
  assert.equal(fitSize(["micro", "large"], "large"), "large");
  assert.equal(fitSize(["micro", "large"], "small"), "small");
  assert.equal(fitSize(["large", "micro"], "medium"), "micro");
  assert.equal(fitSize(["xl", "large"], "small"), "large");
});

test("rejects a size that the project does not have, and names its sizes", () => {
  requireSize({ name: "Shop", sizes: ["micro"] }, "small");
  assert.throws(() => requireSize({ name: "Shop", sizes: ["micro", "large"] }, "xl"), {
    code: "invalid_input",
    field: "sandboxSize",
    message: 'The project "Shop" does not have the size xl. Use one of micro, large.',
  });
});

test("prefers the default project with the fewest repositories, and then the first", () => {
  const whole = aProject({ repositoryIds: ["a", "b"] });
  const one = aProject({ repositoryIds: ["a"] });
  const other = aProject({ repositoryIds: ["a"] });
  assert.equal(decideDefault([whole, one, other]), one);
  assert.equal(decideDefault([]), null);
});
