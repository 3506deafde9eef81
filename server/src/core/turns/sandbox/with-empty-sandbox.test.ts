import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnsPorts } from "../ports.ts";
import type { Sandbox, SandboxSpec } from "./sandbox.ts";
import { withEmptySandbox } from "./with-empty-sandbox.ts";

function prepare() {
  const steps: string[] = [];
  const specs: SandboxSpec[] = [];
  const sandbox = { stop: async () => void steps.push("stop") } as unknown as Sandbox;
  const ports = {
    sandboxes: {
      create: async (spec: SandboxSpec) => {
        specs.push(spec);
        return sandbox;
      },
      clear: async (id: string) => void steps.push(`clear ${id}`),
    },
    workspaceFiles: { discard: async (path: string) => void steps.push(`discard ${path}`) },
    settings: { dataDir: "/data", sandboxProcesses: 512 },
  } as unknown as TurnsPorts;
  return { ports, steps, specs };
}

test("works in a sandbox of its own, without routes for git, a system or an authority", async () => {
  const { ports, specs } = prepare();
  assert.equal(await withEmptySandbox(ports, ["/harness"], async () => "done"), "done");
  await withEmptySandbox(ports, ["/harness"], async () => "done");
  const [one, other] = specs;
  assert.notEqual(one!.workspace.sessionId, other!.workspace.sessionId);
  const { readOnlyPaths, gitRoutes, trustedCertificate, system } = one!;
  assert.deepEqual(
    { readOnlyPaths, gitRoutes, trustedCertificate, system },
    {
      readOnlyPaths: ["/harness"],
      gitRoutes: [],
      trustedCertificate: null,
      system: null,
    },
  );
});

test("removes the sandbox and its files, also if the work fails", async () => {
  const { ports, steps, specs } = prepare();
  const work = async () => {
    throw new Error("The work failed.");
  };
  await assert.rejects(withEmptySandbox(ports, [], work), /The work failed/);
  const id = specs[0]!.workspace.sessionId;
  assert.deepEqual(steps, ["stop", `clear ${id}`, `discard /data/sessions/${id}`]);
});
