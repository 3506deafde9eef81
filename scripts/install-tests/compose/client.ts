/**
 * Plays a user and the provider of the model in the network of the machine, for a conversation about the steps:
 * node client.ts API-KEY MODEL-PORT
 */
import assert from "node:assert/strict";
import Tembo from "@tembo-io/sdk";
import { startRelay } from "../../../e2e/src/chaos/world/relay.ts";
import { answerAll } from "../../../e2e/src/containment/support/conversation.ts";
import { startScriptedModel } from "../../../e2e/src/scripted-model/server.ts";
import { remoteFile } from "../../../e2e/src/support/index.ts";
import { finishTurn, mergeWork, startWork, verifyFix, type Work } from "../work-to-merge.ts";

const [apiKey = "", modelPort] = process.argv.slice(2);
const model = await startScriptedModel();
const { hostname: host, port } = new URL(model.url);
// Containers cannot reach the loopback address, on which the model listens.
await startRelay({ host: "0.0.0.0", port: Number(modelPort) }, () => [{ host, port: Number(port) }]);
const client = new Tembo({ apiKey, baseURL: "http://127.0.0.1:3000" });
const installation = { client, model, apiKey };

let work: Work;
let lastEventId = 0;
const steps = {
  /** Creates a session while no worker runs. Returns its ID. */
  start: async () => {
    work = await startWork(installation);
    const { state } = await client.session.retrieve(work.sessionId);
    assert.deepEqual([state.isQueued, model.requests.length], [true, 0]);
    return work.sessionId;
  },
  /** Waits for the turn, and merges its pull request. */
  merge: async () => {
    lastEventId = await finishTurn(installation, work, lastEventId);
    await mergeWork(installation, work.url);
  },
  /** Finds the merged pull request, and runs another turn in the same session. */
  continue: async () => {
    await verifyFix(work.url, apiKey, true);
    const { items } = await client.pullRequests.list();
    assert.deepEqual(
      items.map(({ state }) => state),
      ["merged"],
    );
    const content = 'Go on. SCRIPT(write("more.txt", "1\\n"), say("Done."))';
    await client.session.messages.create(work.sessionId, { content });
    lastEventId = await finishTurn(installation, work, lastEventId);
    const { branchName } = await client.session.retrieve(work.sessionId);
    assert.equal(await remoteFile(work.url, apiKey, branchName!, "more.txt"), "1");
  },
};
export type Step = keyof typeof steps;

await answerAll((step: Step) => steps[step]());
process.exit();
