import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pino } from "pino";
import { createBlobs } from "../blobs/create-blobs.ts";
import { createFolderBlobStore } from "../blobs/folder-blob-store.ts";
import { modelProviders } from "../broker/model/provider/plug-ins.ts";
import { hashToken, PasswordHasher } from "../core/accounts/index.ts";
import { createFirstMember } from "../core/accounts/member/first-member.ts";
import { createLogMask, ignoreMeasurements, ignoreSpans, newId } from "../core/base/index.ts";
import { repositoryKey } from "../core/forges/index.ts";
import type { Ports } from "../core/ports.ts";
import { claudeCodeInfo } from "../core/sessions/session/testing/claude-code-info.ts";
import { cronerCron } from "../cron/croner-cron.ts";
import { forgeKinds } from "../forge/create-forges.ts";
import { createHttpServer, type HttpOptions } from "../http/server.ts";
import { workspaceFiles } from "../sandbox/workspace-files.ts";
import { createRateLimiter, type RateLimiterOptions } from "../store/rate-limit/rate-limiter.ts";
import { openVault } from "../vault/open-vault.ts";
import { stubWarmSandboxes } from "./stub-warm-sandboxes.ts";
import { openTestStore, someTime } from "./test-store.ts";

interface ServeOptions extends Partial<Omit<HttpOptions, "ports">> {
  readonly publicUrl?: string;
  /** Ports that replace the default ports. */
  readonly parts?: Partial<Ports>;
  /** Rate limits, which are counted in the database. */
  readonly rates?: Omit<RateLimiterOptions, "pool">;
}

/** Starts the HTTP server on a loopback port, with a real store. Turns are not added to a queue. */
export async function serve({ publicUrl, parts, rates, ...options }: ServeOptions = {}) {
  const testStore = await openTestStore({ repositoryKey: (url) => repositoryKey(url) ?? url });
  const folder = await mkdtemp(join(tmpdir(), "tembo-served-"));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  const logged: string[] = [];
  const ports = {
    store: testStore.store,
    clock: testStore.clock,
    cron: cronerCron,
    engine: {
      enqueueTurn: async () => {},
      enqueueJob: async () => {},
      noticeStop: async () => {},
      noticeSteering: async () => {},
    },
    warmSandboxes: stubWarmSandboxes(null),
    harnesses: { list: () => [{ ...claudeCodeInfo, defaultModel: "m" }] },
    vault,
    forgeKinds,
    modelProviders,
    forges: { local: { name: "local", connect: () => ({ createRepository: async () => {} }) } },
    blobs: createBlobs({
      store: testStore.store,
      vault,
      clock: testStore.clock,
      blobStore: createFolderBlobStore(join(folder, "blobs")),
    }),
    workspaceFiles: { ...workspaceFiles },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    logMask: createLogMask(),
    measure: ignoreMeasurements,
    trace: ignoreSpans,
    settings: {
      publicUrl: publicUrl ?? "http://127.0.0.1:1",
      dataDir: folder,
      machineId: "01900000-0000-7000-8000-000000000001",
      defaultAgent: "claudeCode",
      operatorProviders: ["anthropic"],
      previewDomain: "preview.localhost",
      allowsContainers: true,
      maxPreviewShareMs: 7 * 24 * 60 * 60_000,
    },
    installationFacts: {
      version: "1.2.3",
      blobs: "dataFolder",
      database: "embedded",
      masterKeySource: "dataFolder",
    },
    ...parts,
  } as unknown as Ports;
  const app = createHttpServer({
    ports,
    logger: pino({}, new Writable({ write: (chunk, _, done) => done(void logged.push(String(chunk))) })),
    git: async (_request, response) => void response.end("git"),
    notReady: async () => null,
    hasher: new PasswordHasher(2 ** 10),
    // Requests that tests write by hand have this `Host` header.
    allowedHosts: ["x"],
    ...(rates !== undefined && {
      rateLimiter: createRateLimiter({ pool: testStore.database.pool, ...rates }),
    }),
    ...options,
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  /** Adds an API key for the user. The user defaults to the organization's first admin, who is created if there is none. */
  async function addKey(organizationId: string, person?: string): Promise<string> {
    const [admin] = await testStore.store.members.admins(organizationId);
    const userId = person ?? admin?.userId ?? (await createFirstMember(ports, organizationId));
    const token = `tembo_${randomUUID()}`;
    await testStore.store.apiKeys.insert(
      {
        id: newId(),
        organizationId,
        userId,
        name: null,
        tokenPreview: "tembo_…",
        createdAt: someTime,
        updatedAt: someTime,
        lastUsedAt: null,
      },
      hashToken(token),
    );
    return token;
  }

  const pageSecrets = new Map<string, string>();
  async function keepPageSecret(response: Response): Promise<void> {
    const cookie = response.headers.getSetCookie().find((one) => /^(__Host-)?tembo_session=/.test(one));
    if (cookie === undefined || response.status !== 200) return;
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => null);
    if (typeof body === "object" && body !== null && "pageSecret" in body)
      pageSecrets.set(cookie.split(";")[0]!, String(body.pageSecret));
  }

  return {
    testStore,
    ports,
    app,
    url,
    /** Lines in the server's log. */
    logged,
    addKey,
    /** Sends a request. With a sign-in cookie, also sends the page secret, unless the header is set. */
    ask: async (path: string, key?: string, init: RequestInit = {}) => {
      const headers = new Headers({
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(init.headers as Record<string, string>),
      });
      const pageSecret = pageSecrets.get(headers.get("cookie") ?? "");
      if (pageSecret !== undefined && !headers.has("x-tembo-page")) headers.set("x-tembo-page", pageSecret);
      const response = await fetch(`${url}${path}`, { ...init, headers });
      await keepPageSecret(response);
      return response;
    },
    connect: async (): Promise<Socket> => {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      return socket;
    },
    close: async () => {
      await app.close();
      await testStore.drop();
      await rm(folder, { recursive: true });
    },
  };
}

export type Served = Awaited<ReturnType<typeof serve>>;

/**
 * Connects to a server and returns both ends. The client does not close its end when the server does, and ignores
 * resets and data.
 */
export async function openHalf(
  server: Server,
): Promise<{ readonly client: Socket; readonly socket: Socket }> {
  const arrival = once(server, "connection");
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  client.on("error", () => {}).resume();
  const [socket] = (await arrival) as [Socket];
  return { client, socket };
}

/** Returns all data that is received until the other side closes the connection. */
export async function readToEnd(socket: Socket): Promise<string> {
  let text = "";
  // A reset also ends the connection.
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    text += chunk;
  });
  await new Promise((resolve) => socket.once("close", resolve));
  return text;
}
