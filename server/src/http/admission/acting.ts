import type { FastifyRequest, HookHandlerDoneFunction } from "fastify";
import type { Store } from "../../core/ports.ts";

/** The hook after admission: the audit log names the caller, and the address of their connection, for all that the request changes. */
export const createActing =
  (store: Pick<Store, "actingAs">) =>
  ({ caller, ip: address }: FastifyRequest, _reply: unknown, done: HookHandlerDoneFunction): void =>
    store.actingAs({ kind: "user", userId: caller.userId, keyId: caller.apiKeyId, address }, done);

/** The same for requests that need no credential. */
export const createAnonymousActing =
  (store: Pick<Store, "actingAs">) =>
  ({ ip: address }: FastifyRequest, _reply: unknown, done: HookHandlerDoneFunction): void =>
    store.actingAs({ kind: "anonymous", address }, done);
