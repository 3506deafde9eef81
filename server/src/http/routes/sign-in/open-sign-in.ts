import { operations, type SignInState } from "@tembo/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Ports } from "../../../core/ports/index.ts";
import type { GoodKey } from "../../../core/ports/store/organization/api-key.ts";
import { createSignIn, type NewSignIn } from "../../../core/sign-in/create-sign-in.ts";
import { requireKey } from "../../admission/admit.ts";
import { findKey, signInOf } from "../../admission/authenticate.ts";
import type { FailedAuthentications } from "../../admission/failed-authentications.ts";
import { clearSignInCookie, setSignInCookie } from "../../admission/sign-in-cookie.ts";
import { openRoute } from "../../route.ts";
import { roleView } from "../member/member-view.ts";

export interface SignInOptions {
  readonly ports: Ports;
  readonly failures: FailedAuthentications;
  /** Whether pages come over https, and cookies with them. */
  readonly isSecure: boolean;
}

/** What is asked before anybody is signed in. */
export function openSignInRoutes(app: FastifyInstance, options: SignInOptions): void {
  const { ports, failures, isSecure } = options;
  const { store } = ports;

  openRoute(app, operations.signInCreate, async ({ body, raw }, reply) => {
    const credential = { kind: "key", token: body.apiKey } as const;
    const { organizationId, userId, role } = await requireKey({ store, failures, isSecure }, credential, {
      request: raw,
      reply,
    });
    const userAgent = raw.headers["user-agent"] ?? null;
    giveCookie(reply, await createSignIn(ports, { organizationId, userId, userAgent }));
    return { userId, organizationId, role: roleView(role) };
  });

  openRoute(app, operations.signInRetrieve, async ({ raw }) => {
    const credential = signInOf(raw);
    const key = credential && (await findKey(store, credential));
    const needsFirstUser = !(await store.passwords.isAnySet());
    return { signedIn: key !== null, needsFirstUser, user: key && (await userView(key)) };
  });

  openRoute(app, operations.signInDelete, async ({ raw }, reply) => {
    const credential = signInOf(raw);
    const key = credential && (await findKey(store, credential));
    if (key !== null) await store.signIns.revoke(key.id);
    clearSignInCookie(reply, isSecure);
    return { signedIn: false as const };
  });

  function giveCookie(reply: FastifyReply, { signIn, token }: NewSignIn): void {
    const maxAgeMs = signIn.expiresAt.getTime() - signIn.createdAt.getTime();
    setSignInCookie(reply, { token, maxAgeMs, isSecure });
  }

  async function userView({ userId, organizationId, role }: GoodKey): Promise<SignInState["user"]> {
    const user = await store.users.find(userId);
    return {
      id: userId,
      name: user?.name ?? null,
      email: user?.email ?? null,
      role: roleView(role),
      organizationId,
    };
  }
}
