import assert from "node:assert/strict";
import { test } from "node:test";
import { inDevShell, joinDevShells } from "./dev-shell-variables.ts";

test("takes a variable from the first dev shell that has it, and the folders of all", () => {
  const shells = [{ PATH: "/a", A: "1" }, { B: "2" }, { PATH: "/c", A: "3", C: "3" }];
  assert.deepEqual(joinDevShells(shells), { PATH: "/a:/c", A: "1", B: "2", C: "3" });
  assert.deepEqual(joinDevShells([{ A: "1" }]), { A: "1" });
  assert.deepEqual(joinDevShells([]), {});
});

test("puts the folders of a dev shell before those of the system", () => {
  const system = { PATH: "/opt/bin:/bin", A: "image", B: "image" };
  assert.deepEqual(inDevShell(system, { PATH: "/nix/a", A: "shell" }), {
    ...{ PATH: "/nix/a:/opt/bin:/bin", A: "shell", B: "image" },
  });
  assert.match(inDevShell({}, { PATH: "/nix/a" }).PATH!, /^\/nix\/a:.*:\/usr\/bin:/);
  assert.deepEqual(inDevShell(system, {}), system);
});
