import { isMachineToken } from "./core/base/index.ts";
import type { Ports } from "./core/ports.ts";
import { gitSubject } from "./forge/local/elsewhere/git-subject.ts";
import type { GitHttpOptions } from "./forge/local/git-http.ts";
import { callerOf } from "./http/admission/authenticate.ts";

type Authorize = GitHttpOptions["authorize"];

/** Returns a function that decides about git requests of people, with an API key, and of other machines of this installation. */
export function createAuthorizeGit(
  ports: Pick<Ports, "vault" | "clock"> & {
    readonly store: Pick<Ports["store"], "apiKeys" | "repositories">;
  },
): Authorize {
  return async (request) => {
    const { token, owner, name, isWrite } = request;
    const caller = token === null ? null : await callerOf(ports.store, { kind: "key", token });
    if (caller === null && !isMachineToken(ports, token ?? "", gitSubject(request))) return "unauthenticated";
    const repository = await ports.store.repositories.findLocal(owner, name);
    if (caller !== null && repository?.organizationId !== caller.organizationId) return "not_found";
    return isWrite && repository?.isArchived ? "read_only" : "ok";
  };
}
