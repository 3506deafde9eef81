import assert from "node:assert/strict";
import { test } from "node:test";
import { decideLimits, describeLimits } from "./sandbox-size.ts";

const GiB = 1024 ** 3;

test("applies a size's documented limits when the machine has enough resources", () => {
  const limits = decideLimits("medium", { cpus: 32, memoryBytes: 64 * GiB });
  assert.deepEqual(limits, { cpus: 4, memoryBytes: 8 * GiB, isCapped: false });
  assert.equal(describeLimits(limits), "4 vCPU and 8 GB");
});

test("caps a size at the resources of the machine", () => {
  const limits = decideLimits("xl", { cpus: 2, memoryBytes: 23.5 * GiB });
  assert.deepEqual(limits, { cpus: 2, memoryBytes: 23.5 * GiB, isCapped: true });
  assert.equal(describeLimits(limits), "2 vCPU and 23.5 GB");
});
