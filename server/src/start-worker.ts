import type { Config } from "./config.ts";
import { handleEvent } from "./core/automation/index.ts";
import { asSentence } from "./core/base/index.ts";
import { workSyncs } from "./core/forges/index.ts";
import type { Ports } from "./core/ports.ts";
import { claimOldSessions } from "./core/turns/index.ts";
import type { TurnEngine } from "./engine/turn-engine.ts";
import { sandboxPlugIns } from "./sandbox/plug-ins.ts";

/**
 * Starts the worker. If no sandbox can run, throws, unless `mayServeWithout` is set. In that case, the worker runs no
 * turns, and the function returns the reason for `/readyz`, because the API can still handle requests.
 */
export async function startWorker(
  ports: Ports,
  engine: Pick<TurnEngine, "startWorker" | "noteIdle">,
  config: Pick<Config, "workerConcurrency">,
  mayServeWithout: boolean,
): Promise<string | null> {
  try {
    await ports.sandboxes.check();
  } catch (cause) {
    if (!mayServeWithout) throw cause;
    const withoutIsolation = sandboxPlugIns
      .filter(({ missingIsolation }) => missingIsolation !== null)
      .map(({ name }) => ` With TEMBO_SANDBOX=${name}, turns run without isolation.`);
    const why = `This server cannot run sandboxes. ${asSentence(cause)}${withoutIsolation.join("")}`;
    ports.log.error({ err: cause }, why);
    engine.noteIdle(why);
    return why;
  }
  await claimOldSessions(ports);
  await engine.startWorker(ports, config.workerConcurrency, { handleEvent, syncIntegration: workSyncs });
  ports.log.info({ concurrency: config.workerConcurrency }, "this worker accepts turns");
  return null;
}
