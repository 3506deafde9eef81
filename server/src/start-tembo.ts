import { availableParallelism, totalmem } from "node:os";
import type pg from "pg";
import type { Logger as PinoLogger } from "pino";
import { createBaseFiles } from "./base-files/create-base-files.ts";
import { zstd } from "./blobs/zstd.ts";
import { createBroker } from "./broker/create-broker.ts";
import { loadPrices } from "./broker/model/metering/prices.ts";
import { modelProviders } from "./broker/model/provider/plug-ins.ts";
import type { Config } from "./config.ts";
import { operatorProviders } from "./config-providers.ts";
import { describeDefaultAgent } from "./core/access/index.ts";
import { bootstrap, createSetUpLink } from "./core/accounts/index.ts";
import {
  type AppError,
  ignoreMeasurements,
  type LogMask,
  systemClock,
  WorkerLease,
  withReason,
} from "./core/base/index.ts";
import { receiveLocalEvent, repositoryKey } from "./core/forges/index.ts";
import type { Ports } from "./core/ports.ts";
import {
  choosePreviewDomain,
  EnvironmentCopyPool,
  PreparationPool,
  recallWishes,
  type SandboxProvider,
  WaitingHarnessPool,
  WarmSandboxPool,
  withEmptySandbox,
} from "./core/turns/index.ts";
import { cronerCron } from "./cron/croner-cron.ts";
import { createTurnEngine, type TurnEngine } from "./engine/turn-engine.ts";
import { createForgeSetups, createForges, forgeKinds } from "./forge/create-forges.ts";
import { createGit } from "./git/git.ts";
import { createSpawnGit } from "./git/process/spawn-git.ts";
import { CompileCaches } from "./harness/compile-cache/compile-caches.ts";
import { createHarnesses } from "./harness/harnesses.ts";
import { configureHostGit, hostGitUser, stopHostGit } from "./host-git/host-git.ts";
import { createPublicViews } from "./http/public-views.ts";
import { deferLayers } from "./layers/defer-layers.ts";
import { createImages } from "./layers/registry/create-images.ts";
import { createMailer } from "./mail/create-mailer.ts";
import { createOutbound } from "./outbound/outbound.ts";
import { readPlatform } from "./platform.ts";
import type { SandboxOptions } from "./sandbox/plug-in.ts";
import { getSandbox } from "./sandbox/plug-ins.ts";
import { prepareRuntime } from "./sandbox/prepare-runtime.ts";
import { bootId } from "./sandbox/processes/boot-id.ts";
import { openProcessNames } from "./sandbox/processes/open-process-names.ts";
import { refuseContainers } from "./sandbox/refuse-containers.ts";
import { workspaceFiles } from "./sandbox/workspace-files.ts";
import { createWorkspaces } from "./sandbox/workspaces.ts";
import { startApi, startLink } from "./start-api.ts";
import { startBlobs } from "./start-blobs.ts";
import { openPool, startEmbeddedDatabase } from "./start-database.ts";
import { describeLowDisk, readyDataDir } from "./start-folder.ts";
import { createBuiltInForge } from "./start-forge.ts";
import { gitProxyPlace, startGitProxy } from "./start-git-proxy.ts";
import { createInstallationFacts } from "./start-installation-facts.ts";
import { requireFreePort, urlHost } from "./start-listening.ts";
import { readMachineId } from "./start-machine-id.ts";
import { startMetrics } from "./start-metrics.ts";
import { startProcessFacts } from "./start-process-facts.ts";
import { startSweeps, sweepsOf } from "./start-sweep.ts";
import { startTraces } from "./start-traces.ts";
import { writeVersion } from "./start-version.ts";
import { startWorker } from "./start-worker.ts";
import { type StopResult, stopParts } from "./stop-parts.ts";
import { awaitDatabase } from "./store/await-database.ts";
import { createStore } from "./store/create-store.ts";
import { migrate } from "./store/migrate.ts";
import { watchOutage } from "./store/watch-outage.ts";
import { createWorkerRegistry } from "./store/workers.ts";
import { openSharedVault } from "./vault/open-shared-vault.ts";

export interface Tembo {
  /** URL on which the server listens. For a worker without the API, this is the public URL. */
  readonly url: string;
  /** First API key, or null if this start did not create it. It must be shown only once. */
  readonly newApiKey: string | null;
  /** Setup link with which the first user chooses a password, or null if a user already has a password. It must be shown only once. */
  readonly welcomeUrl: string | null;
  /** Messages for the operator about problems that prevent turns from running, or that may make them fail. */
  readonly warnings: readonly string[];
  /** Resolves only if the server cannot continue because its database is permanently lost. */
  readonly lost: Promise<AppError>;
  readonly worker: Pick<TurnEngine, "drain" | "drained">;
  /** Returns running turns to the queue and closes all parts. "cut" means that the caller must exit the process afterwards. Idempotent. */
  stop(): Promise<StopResult>;
}

/**
 * Maximum time for which an unavailable database may delay a stop. Including the time to stop the embedded database, the total is below 20
 * s.
 */
const maxOutageMs = 8_000;

/** Creates every adapter, connects them, and starts the requested parts. Apart from the doctor, only this file imports all adapters. */
export async function startTembo(
  config: Config,
  parts: { readonly withApi: boolean; readonly withWorker: boolean },
  { log, logMask }: { readonly log: PinoLogger; readonly logMask: LogMask },
): Promise<Tembo> {
  const cleanup = new AsyncDisposableStack();
  const database = new AsyncDisposableStack();
  const lost = Promise.withResolvers<AppError>();
  try {
    // Requests may use the configured host name.
    const allowedHosts = [...config.allowedHosts, config.host.toLowerCase()];
    const previewDomain = (url: string) => choosePreviewDomain(config.previewDomain, url, allowedHosts);
    previewDomain(config.publicUrl ?? `http://${config.host}:${config.port}`);
    await readyDataDir(config.dataDir);
    if (parts.withApi) await requireFreePort(config);
    const connectionString =
      config.databaseUrl ?? (await startEmbeddedDatabase(config, log, database, lost.resolve));
    const pool = openPool(connectionString, cleanup);
    const metrics = await startMetrics(config);
    const measure = metrics?.measure ?? ignoreMeasurements;
    await awaitDatabase({ pool, connectionString, log });
    log.info("the database responds");
    const {
      store,
      clientOf,
      transactionOf,
      close: closeStore,
    } = createStore({
      pool,
      log,
      clock: systemClock,
      repositoryKey: (url) => repositoryKey(url) ?? url,
      measure,
    });
    cleanup.defer(() => closeStore());
    await migrate(pool, { log });
    await writeVersion(config.dataDir);
    const lease = new WorkerLease();
    const outbound = createOutbound({ log, privateHosts: config.privateHosts, lease });
    const broker = createBroker({
      providers: config.providers,
      prices: await loadPrices(config.pricesFile),
      privateHosts: config.privateHosts,
      spawnGit: createSpawnGit({ dataDir: config.dataDir }),
      outbound,
      lease,
      measure,
      log,
    });
    // The proxy is created before the engine, so that the proxy and host git close after the turns that use them.
    const gitProxyAt = await gitProxyPlace(config.dataDir);
    const gitProxy = await startGitProxy(broker, gitProxyAt, log);
    cleanup.defer(() => gitProxy.close());
    await configureHostGit({
      dataDir: config.dataDir,
      user: hostGitUser(config.sandboxUidBase),
      proxySocketPath: gitProxyAt.socketPath,
    });
    cleanup.defer(() => stopHostGit());
    const { vault } = await openSharedVault({ file: config.masterKeyFile, store });
    // Created before the engine, so that the layers close after the turns and builds that use them.
    const layers = deferLayers({
      dataDir: config.dataDir,
      uidBase: config.sandboxUidBase,
      maxBytes: config.layerCacheBytes,
      usedLayers: () => store.projectSnapshots.usedLayers(),
      log,
    });
    cleanup.defer(() => layers.close());
    const { blobs, blobSweep, close: closeBlobs } = await startBlobs(config, { store, vault, outbound, log });
    cleanup.defer(() => closeBlobs());
    const { facts, stop: stopFacts } = await startProcessFacts(config.dataDir, log);
    cleanup.defer(stopFacts);
    const processes = await openProcessNames(config.dataDir);
    const workers = createWorkerRegistry({ pool, connectionString, lease, processes, facts, log });
    const machine = {
      id: await readMachineId(config.dataDir),
      labels: config.workerLabels,
      memoryBytes: totalmem(),
    };
    const engine = await createTurnEngine({
      pool,
      connectionString,
      clientOf,
      transactionOf,
      workers,
      lease,
      machine,
      drainMs: config.drainMs,
      log,
    });
    log.info("the database is up to date");
    // Closes after the engine, so that it sends the spans of turns that end with it.
    const traces = startTraces(config, { workerId: engine.workerId, outbound, log });
    cleanup.defer(() => traces.close());
    cleanup.defer(() => engine.stop());

    const builtInForge = createBuiltInForge({
      dataDir: config.dataDir,
      publicUrl: () => publicUrl,
      store,
      vault,
      machineId: machine.id,
      fetch: outbound.fetch,
      log,
      onEvent: (delivery) => receiveLocalEvent(ports, delivery),
      sendHook: (request, signal) => ports.broker.sendWebhook(request, signal),
      problemOfHookUrl: (url) => ports.broker.problemOfWebhookUrl(url),
    });
    cleanup.defer(() => builtInForge.close());
    let publicUrl = config.publicUrl ?? `http://${config.host}:${config.port}`;
    const nodeBinary = await prepareRuntime(config.dataDir);
    const sandboxes = createSandboxes(config, { nodeBinary, layers, measure, log });
    const warmSandboxes = new WarmSandboxPool({
      workerId: engine.workerId,
      store,
      sandboxes,
      clock: systemClock,
      log,
      boundBytes: config.keepAliveBytes ?? totalmem() / 4,
      availableBytes: () => process.availableMemory(),
      reserveBytes: 1024 ** 3,
      noticeHandOver: (sessionId) => workers.noticeHandOver(sessionId),
    });
    // Half of the turns that this worker may run leaves the machine enough processor time. A build counts as a turn.
    const isBusy = () => engine.runningWork() >= Math.ceil(config.workerConcurrency / 2);
    const compileCaches = new CompileCaches({
      withEmptySandbox: (readOnlyPaths, work) => withEmptySandbox(ports, readOnlyPaths, work),
      log,
    });
    cleanup.defer(() => compileCaches.close());
    const waitingHarnesses = new WaitingHarnessPool({
      ports: () => ports,
      maxCount: config.waitingHarnesses,
      isBusy,
      recall: recallWishes,
    });
    const ports: Ports = {
      store,
      engine,
      measure,
      trace: traces.trace,
      harnesses: createHarnesses({
        dataDir: config.dataDir,
        nodeBinary,
        seedDir: config.harnessSeedDir ?? undefined,
        log,
        ...(config.fillsCompileCaches && { compileCaches }),
      }),
      sandboxes,
      warmSandboxes,
      preparations: new PreparationPool({
        workerId: engine.workerId,
        ports: () => ports,
        isBusy,
      }),
      environmentCopies: new EnvironmentCopyPool({
        workerId: engine.workerId,
        ports: () => ports,
        bootId: bootId(),
        maxBytes: config.environmentCopiesBytes,
        isBusy,
      }),
      waitingHarnesses,
      layers: layers.open,
      baseFiles: createBaseFiles(),
      images: createImages({ fetch: outbound.fetch, maxBytes: config.layerCacheBytes }),
      broker,
      compression: zstd,
      git: createGit({ log, dataDir: config.dataDir, fetch: outbound.fetch }),
      workspaces: createWorkspaces({
        dataDir: config.dataDir,
        uidBase: getSandbox(config.sandbox).missingIsolation === null ? config.sandboxUidBase : null,
        layers,
      }),
      workspaceFiles,
      forgeKinds,
      modelProviders,
      forges: createForges(builtInForge.forge, { log, fetch: outbound.fetch }),
      forgeSetups: createForgeSetups({ log, fetch: outbound.fetch }),
      clock: systemClock,
      cron: cronerCron,
      log,
      logMask,
      vault,
      blobs,
      blobSweep,
      views: createPublicViews(() => ports),
      mailer: createMailer(outbound),
      settings: {
        get publicUrl() {
          return publicUrl;
        },
        dataDir: config.dataDir,
        machineId: machine.id,
        get isDraining() {
          return engine.isDraining();
        },
        savesWorkspaces: config.blobs.kind === "s3" || config.blobs.sharedPath !== null,
        operatorProviders: operatorProviders(config.providers),
        defaultAgent: config.defaultAgent,
        turnLimitMs: config.turnLimitMs,
        keepAliveMs: config.keepAliveMs,
        workspaceDays: config.workspaceDays,
        auditRetentionDays: config.auditRetentionDays,
        sessionRetentionDays: config.sessionRetentionDays,
        machine: { cpus: availableParallelism(), memoryBytes: totalmem() },
        allowsContainers: config.allowsContainers,
        sandboxProcesses: config.sandboxProcesses,
        commentSettleMs: config.commentSettleMs,
        sandboxDiskBytes: config.sandboxDiskBytes,
        sandboxFiles: config.sandboxFiles,
        get previewDomain() {
          return previewDomain(publicUrl);
        },
        maxPreviewShareMs: config.maxPreviewShareMs,
        platform: readPlatform(),
      },
      installationFacts: createInstallationFacts(config),
    };

    let stopping: Promise<StopResult> | null = null;
    const tembo = (url: string, welcomeUrl: string | null): Tembo => ({
      url,
      newApiKey: newToken,
      welcomeUrl,
      warnings,
      lost: lost.promise,
      worker: engine,
      stop: () => {
        stopping ??= stopParts({
          work: cleanup,
          database,
          watchOutage: (signal) => watchOutage({ connectionString, limitMs: maxOutageMs, signal }),
          log,
        });
        return stopping;
      },
    });
    const { organizationId, newToken } = await bootstrap(ports, config.bootstrapApiKey);
    if (metrics !== null) {
      const sandboxes = () =>
        parts.withWorker ? { ...warmSandboxes.count(), waiting: waitingHarnesses.count() } : null;
      cleanup.defer(await metrics.serve({ ports, pool, sandboxes, log }));
    }
    const sandboxProblem = parts.withWorker ? await startWorker(ports, engine, config, parts.withApi) : null;
    if (parts.withWorker && sandboxProblem === null) cleanup.defer(startSweeps(sweepsOf(ports), log));
    const agentProblem = parts.withApi ? await describeDefaultAgent(ports, organizationId) : null;
    const diskProblem = await describeLowDisk(config.dataDir);
    const warnings = [sandboxProblem, agentProblem, diskProblem].filter((problem) => problem !== null);
    const apiParts = {
      ...{ config, ports, pool, outbound, builtInForge, facts, log, allowedHosts, cleanup },
      processId: engine.workerId,
      measure: metrics?.measure,
      notReady: () => notReady(pool, sandboxProblem),
    };
    if (parts.withApi) {
      const port = await startApi(apiParts);
      publicUrl = config.publicUrl ?? `http://${urlHost(config.host)}:${port}`;
      await builtInForge.claim(publicUrl);
      return tembo(`http://${urlHost(config.host)}:${port}`, await createSetUpLink(ports, organizationId));
    }
    await startLink(apiParts);
    return tembo(publicUrl, null);
  } catch (cause) {
    await cleanup.disposeAsync();
    await database.disposeAsync();
    throw cause;
  }
}

function createSandboxes(
  config: Config,
  parts: Pick<SandboxOptions, "nodeBinary" | "layers" | "measure" | "log">,
): SandboxProvider {
  const { dataDir, sandboxUidBase: uidBase, sandboxRootUidBase: rootUidBase } = config;
  const given = { ...parts, dataDir, uidBase, rootUidBase };
  const provider = getSandbox(config.sandbox).create(given);
  return config.allowsContainers ? provider : refuseContainers(provider);
}

async function notReady(pool: pg.Pool, sandboxProblem: string | null): Promise<string | null> {
  try {
    await pool.query("select 1");
  } catch (cause) {
    return `${withReason("The database does not respond", cause)} The server retries on every request.`;
  }
  return sandboxProblem;
}
