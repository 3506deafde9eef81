import { test } from "node:test";
import { testSandboxContract } from "../sandbox-contract.ts";
import { makeWithSystem } from "../testing/test-system.ts";
import { hasRunsc } from "./testing/has-runsc.ts";

const isRoot = process.getuid!() === 0;
if (hasRunsc && isRoot) {
  const [user, root] = [await makeWithSystem("user"), await makeWithSystem("root")];
  testSandboxContract("runsc", { make: user, variant: "runsc, image, user" });
  testSandboxContract("runsc", { make: root, variant: "runsc, image, root" });
} else
  test("runsc runs images as both users", {
    skip: isRoot ? "runsc is not installed" : "needs root",
  }, () => {});
