import assert from "node:assert/strict";
import type { SessionEvent } from "@tembo/contract";
import type { PermissionPolicyUpdate } from "@tembo-io/sdk";
import { API_KEY, endings, ofType, remoteFile, remoteHead, type World } from "../../support/index.ts";
import type { Bench, Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "permission allowed",
    does: "requests permission to write, and writes if it is allowed",
    run: (bench) => decide(bench, "allow"),
  },
  {
    name: "permission denied",
    does: "requests permission to write, and does not write if it is denied",
    run: (bench) => decide(bench, "deny"),
  },
];

const asking = { edit: "ask", execute: "ask", other: "ask" } as const;
const allowing = { edit: "allow", execute: "allow", other: "allow" } as const;

async function decide({ world, repository, start }: Bench, decision: "allow" | "deny"): Promise<void> {
  const app = await repository("app", { "a.txt": "1\n" });
  await setRules(world, asking);
  try {
    const { id } = await start('Write. SCRIPT(write("b.txt", "2\\n"), say("Asked and heard."))', [app]);
    const events = await answered(world, id, decision);
    assert.equal(events.at(-1)!.eventType, "turn.completed", JSON.stringify(events.at(-1)));
    assert.ok(ofType(events, "permission.requested").length > 0, "the harness requests permission");
    const { branchName } = await world.client.session.retrieve(id);
    if (decision === "deny") assert.equal(await remoteHead(app.url, API_KEY, branchName!), null);
    else assert.equal(await remoteFile(app.url, API_KEY, branchName!, "b.txt"), "2");
  } finally {
    await setRules(world, allowing);
  }
}

async function setRules(world: World, rules: PermissionPolicyUpdate["rules"]): Promise<void> {
  const { orgId } = await world.client.me.retrieve();
  await world.client.organizations.permissionPolicy.update(orgId!, { rules });
}

/** Follows the turn to its end. Responds to every permission request with the same decision. */
async function answered(world: World, id: string, decision: "allow" | "deny"): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of world.client.session.events(id, { after: 0 })) {
    events.push(event);
    if (event.eventType === "permission.requested") {
      const { permissionId } = event.eventData as unknown as { readonly permissionId: string };
      await world.client.session.permissions.answer(id, permissionId, { decision });
    }
    if (endings([event]).length > 0) return events;
  }
  throw new Error("The events ended early.");
}
