import { newId, type TurnLease } from "../core/base/index.ts";
import type { Store } from "../core/ports.ts";
import { notStarted } from "../core/turns/service/session-service.ts";
import { someTime } from "./test-store.ts";

/** Seeds a service that has exited, with a log, in the session of a running turn. */
export async function seedService(store: Store, lease: TurnLease) {
  const sandboxId = newId();
  const service = notStarted({ name: "db", command: "postgres", ready: { tcp: 5432 } });
  await store.transaction((tx) => tx.services.begin(lease, sandboxId, [service]));
  const times = { changedAt: someTime, startedAt: someTime, readyMs: 250 };
  const change = { state: "exited", exitCode: 3, ...times } as const;
  const key = { sessionId: lease.sessionId, sandboxId, name: service.name };
  await store.services.report(key, { change, entries: ["up\n", "out of memory\n"] }, 1024 ** 2);
  return { serviceName: service.name };
}
