import { AppError } from "../errors.ts";
import { doorPaths } from "../paths.ts";
import type { ModelGateway, ModelMeter } from "../ports/broker.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import { installHarness } from "./provision-turn.ts";
import { openSandbox, type TurnContext } from "./turn-context.ts";

/** Opens the session's sandbox with its model gateway for the time of `work`; nothing of either is left after. */
export async function withSandbox<T>(
  context: TurnContext,
  signal: AbortSignal,
  work: (sandbox: Sandbox, gateway: ModelGateway) => Promise<T>,
): Promise<T> {
  const { readOnlyPaths } = await installHarness(context, signal);
  const sandbox = await openSandbox(context, readOnlyPaths);
  try {
    const gateway = await openGateway(context, sandbox);
    try {
      return await work(sandbox, gateway);
    } finally {
      await gateway.close();
    }
  } finally {
    await sandbox.stop();
  }
}

/** Until budgets are enforced. */
const unmetered: ModelMeter = { admit: async () => null, record: async () => {} };

function openGateway({ ports, session }: TurnContext, sandbox: Sandbox): Promise<ModelGateway> {
  const harness = ports.harnesses.list().find((candidate) => candidate.name === session.harness);
  if (harness === undefined) {
    throw new AppError(
      "harness_failed",
      `The harness ${session.harness} is no longer known here; start a session with another.`,
    );
  }
  return ports.broker.openModelGateway({
    socketPath: doorPaths(ports.settings.dataDir, session.id).model,
    family: harness.modelFamily,
    apiKey: null,
    meter: unmetered,
    uid: sandbox.uid,
    gid: sandbox.gid,
  });
}
