import { benchApi } from "./api/bench-api.ts";
import { benchBurst } from "./burst/bench-burst.ts";
import { benchCapture } from "./capture/bench-capture.ts";
import { benchContainment } from "./containment/bench-containment.ts";
import { benchCreate } from "./create/bench-create.ts";
import { benchEnvironment } from "./environment/bench-environment.ts";
import { benchGitProcess } from "./git-process/bench-git-process.ts";
import { benchHarness } from "./harness/bench-harness.ts";
import { benchIdle } from "./idle/bench-idle.ts";
import { benchLayers } from "./layers/bench-layers.ts";
import { benchLive } from "./live/bench-live.ts";
import { benchPeers } from "./peers/bench-peers.ts";
import { benchPlacement } from "./placement/bench-placement.ts";
import { benchPrepare } from "./prepare/bench-prepare.ts";
import { benchProxies } from "./proxies/bench-proxies.ts";
import { benchRecovery } from "./recovery/bench-recovery.ts";
import type { Report } from "./report/figure.ts";
import type { BenchName } from "./report/order.ts";
import type { BenchOptions } from "./run/options.ts";
import { benchSandbox } from "./sandbox/bench-sandbox.ts";
import { benchScale } from "./scale/bench-scale.ts";
import { benchSession } from "./session/bench-session.ts";
import { benchStore } from "./store/bench-store.ts";
import { benchWaiting } from "./waiting/bench-waiting.ts";
import { benchWarm } from "./warm/bench-warm.ts";
import { benchWeb } from "./web/bench-web.ts";

/** Measures, and prints its progress. */
export type Bench = (print: (line: string) => void, options: BenchOptions) => Promise<Report>;

export const benches: Readonly<Record<BenchName, Bench>> = {
  api: benchApi,
  create: benchCreate,
  peers: benchPeers,
  session: benchSession,
  harness: benchHarness,
  waiting: benchWaiting,
  warm: benchWarm,
  prepare: benchPrepare,
  burst: benchBurst,
  sandbox: benchSandbox,
  capture: benchCapture,
  idle: benchIdle,
  environment: benchEnvironment,
  recovery: benchRecovery,
  scale: benchScale,
  live: benchLive,
  proxies: benchProxies,
  web: benchWeb,
  containment: benchContainment,
  "git-process": benchGitProcess,
  layers: benchLayers,
  store: benchStore,
  placement: benchPlacement,
};
