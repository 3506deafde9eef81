import assert from "node:assert/strict";
import { test } from "node:test";
import { permissionKinds } from "@tembo/contract/permission-kinds";
import { decidePermission } from "./decide-permission.ts";
import { allowsEverything, defaultPermissionPolicy } from "./permission-policy.ts";

const asking = {
  ...defaultPermissionPolicy,
  rules: { ...defaultPermissionPolicy.rules, edit: "ask" },
} as const;

test("applies the policy by kind of permission", () => {
  assert.equal(decidePermission(asking, "build", "edit"), "ask");
  assert.equal(decidePermission(asking, "build", "execute"), "allow");
  assert.equal(decidePermission(asking, "plan", "edit"), "ask");
});

test("denies a harness's request to leave plan mode, regardless of the policy", () => {
  assert.equal(decidePermission(asking, "plan", "leavePlan"), "deny");
  assert.equal(
    decidePermission(asking, "build", "leavePlan"),
    "allow",
    "control: allows leaving plan mode in a build turn",
  );
});

test("allows everything by default", () => {
  assert.ok(allowsEverything(defaultPermissionPolicy));
  for (const kind of permissionKinds) {
    for (const rule of ["ask", "deny"] as const) {
      const policy = {
        ...defaultPermissionPolicy,
        rules: { ...defaultPermissionPolicy.rules, [kind]: rule },
      };
      assert.ok(!allowsEverything(policy), kind);
    }
  }
});
