import assert from "node:assert/strict";
import { modelProviders } from "../broker/model/provider/plug-ins.ts";
import { createLogMask, ignoreMeasurements, ignoreSpans } from "../core/base/index.ts";
import type { Ports } from "../core/ports.ts";
import {
  createSession,
  type Session,
  type SessionEvent,
  type SessionRequest,
} from "../core/sessions/index.ts";
import { claudeCodeInfo } from "../core/sessions/session/testing/claude-code-info.ts";
import { claimTurn, type TurnContext } from "../core/turns/index.ts";
import { cronerCron } from "../cron/croner-cron.ts";
import { forgeKinds } from "../forge/create-forges.ts";
import { openTestStore, type TestStore } from "./test-store.ts";

/** Sessions, messages and turns in a real store. No worker runs, so the test itself processes the turns. */
export interface Scene {
  readonly t: TestStore;
  readonly ports: Ports;
  /** Turns that were added to the engine's queue. */
  readonly enqueued: string[];
  /** Turns whose workers were notified of a stop or a steering message. */
  readonly noticed: string[];
  create(change?: Partial<SessionRequest>): Promise<Session>;
  /** Creates a session and claims its first turn. */
  working(): Promise<TurnContext>;
  /** Returns the first hundred events of a session. */
  eventsOf(sessionId: string): Promise<readonly SessionEvent[]>;
  forgetNotes(): void;
  drop(): Promise<void>;
}

/**
 * Ports for a scene. The members of a port override those of the scene's own port. A test must pass any ports that the scene does not have.
 */
type ScenePorts = { readonly [name in keyof Ports]?: unknown };

export async function openScene(given: ScenePorts = {}): Promise<Scene> {
  const t = await openTestStore();
  const enqueued: string[] = [];
  const noticed: string[] = [];
  const notice = async (turnId: string) => void noticed.push(turnId);
  const own: ScenePorts = {
    store: t.store,
    clock: t.clock,
    cron: cronerCron,
    engine: {
      enqueueTurn: async (_tx: unknown, turnId: string) => void enqueued.push(turnId),
      noticeSteering: notice,
      noticeStop: notice,
    },
    harnesses: { list: () => [claudeCodeInfo] },
    forgeKinds,
    modelProviders,
    forges: {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
    logMask: createLogMask(),
    measure: ignoreMeasurements,
    trace: ignoreSpans,
    settings: {
      publicUrl: "http://127.0.0.1:1",
      dataDir: "/nowhere",
      defaultAgent: "claudeCode",
      operatorProviders: ["anthropic", "openai", "gemini"],
      machine: { cpus: 2, memoryBytes: 4 * 1024 ** 3 },
    },
  };
  const ports = Object.fromEntries(
    Object.entries({ ...own, ...given }).map(([name, port]) => [
      name,
      name in given ? Object.assign({}, own[name as keyof Ports], port) : port,
    ]),
  ) as unknown as Ports;

  const create = async (change: Partial<SessionRequest> = {}) => {
    const { session } = await createSession(ports, t.organizationId, { ...plainSession, ...change });
    return t.store.sessions.get(session.id);
  };
  return {
    t,
    ports,
    enqueued,
    noticed,
    create,
    working: async () => {
      await create();
      const context = await claimTurn(ports, enqueued.at(-1)!);
      assert.ok(context);
      return context;
    },
    eventsOf: (sessionId) => t.store.events.list(sessionId, { afterSeq: 0, limit: 100 }),
    forgetNotes: () => {
      enqueued.length = 0;
      noticed.length = 0;
    },
    drop: () => t.drop(),
  };
}

/** Request for a session without a repository. Omitted fields have the organization's defaults. */
export const plainSession: SessionRequest = {
  origin: { kind: "agentRun" },
  prompt: "Go.",
  sandboxSize: "small",
};
