/**
 * Runs in a network namespace. Opens one sandbox whose egress proxy allows one host, and one whose egress proxy allows
 * all public hosts. A plain proxy serves as the control.
 */
import { createEgressProxy } from "../../../../server/src/broker/egress/create-egress-proxy.ts";
import { parseEgressRule } from "../../../../server/src/core/access/index.ts";
import { combinations } from "../../../../server/src/sandbox/testing/combinations.ts";
import { inBareBubblewrap } from "./controls.ts";
import { answerAll } from "./conversation.ts";
import { startLocalService, startPlainProxy } from "./plain-proxy.ts";
import type { Script } from "./script.ts";
import { setStage } from "./stage.ts";

export interface EgressQuestion {
  readonly where: "listed" | "open" | "plainProxy";
  readonly script: Script;
}

const stage = await setStage(combinations[0]!);
const broker = createEgressProxy({ log: { info() {}, warn() {}, error() {} }, privateHosts: [] });
const common = { secrets: [], certificateAuthority: null, onDenied: () => {} };
const endpoints = [
  await broker.openEgress({
    ...common,
    ...stage.sandbox.forward("egress"),
    policy: { kind: "list", rules: [parseEgressRule("allowed.example")] },
  }),
  await broker.openEgress({
    ...common,
    ...stage.otherSandbox.forward("egress"),
    policy: { kind: "open" },
  }),
];
const servers = [await startPlainProxy(3128), await startLocalService(80)];
const bare = inBareBubblewrap({ share: ["net"] });

await answerAll(({ where, script }: EgressQuestion) => {
  if (where === "listed") return stage.run(script);
  return where === "open" ? stage.runInOther(script) : bare(script, stage);
});
for (const server of servers) server.close();
for (const proxy of endpoints) await proxy.close();
await stage.close();
process.exit();
