import type { FastifyRequest, HookHandlerDoneFunction } from "fastify";
import type { Store } from "../../core/ports.ts";

/**
 * Creates the hook that runs after admission. The hook adds the caller and the client address to the audit events of every change that the
 * request makes.
 */
export const createActing =
  (store: Pick<Store, "actingAs">) =>
  ({ caller, ip: address }: FastifyRequest, _reply: unknown, done: HookHandlerDoneFunction): void =>
    store.actingAs({ kind: "user", userId: caller.userId, keyId: caller.apiKeyId, address }, done);

/** Creates the same hook for requests that need no credential. */
export const createAnonymousActing =
  (store: Pick<Store, "actingAs">) =>
  ({ ip: address }: FastifyRequest, _reply: unknown, done: HookHandlerDoneFunction): void =>
    store.actingAs({ kind: "anonymous", address }, done);
