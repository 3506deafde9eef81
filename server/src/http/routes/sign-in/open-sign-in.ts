import { randomBytes } from "node:crypto";
import { operations, type SignInState } from "@tembo/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  acceptInvitation,
  checkPassword,
  createSignIn,
  type GoodKey,
  hashToken,
  type PasswordHasher,
  wrongPassword,
} from "../../../core/accounts/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { refuse, refuseAfterMany, requireKey } from "../../admission/admit.ts";
import { findKey, signInOf } from "../../admission/authenticate.ts";
import { type FailedAuthentications, networkOf } from "../../admission/failed-authentications.ts";
import type { PasswordAttempts } from "../../admission/password-attempts.ts";
import {
  browserTokenOf,
  clearSignInCookie,
  setBrowserCookie,
  setSignInCookie,
} from "../../admission/sign-in-cookie.ts";
import { openRoute } from "../../route.ts";
import { roleView } from "../member/member-view.ts";

export interface SignInOptions {
  readonly ports: Ports;
  readonly hasher: PasswordHasher;
  /** Failed authentications by client address. */
  readonly failures: FailedAuthentications;
  readonly attempts: PasswordAttempts;
  /** True if pages are served over HTTPS, so that cookies are also sent only over HTTPS. */
  readonly isSecure: boolean;
}

/** Maximum number of known browsers per user. */
const maxKnownBrowsers = 20;

type Person = Pick<GoodKey, "userId" | "organizationId" | "role"> & {
  /** ID of the key that the user signed in with, or null if the user entered a password. */
  readonly madeByKeyId: string | null;
};
interface EmailAndPassword {
  readonly email: string;
  readonly password: string;
}

/** Serves the sign-in operations that require no authentication. */
export function openSignInRoutes(app: FastifyInstance, options: SignInOptions): void {
  const { ports, hasher, failures, attempts, isSecure } = options;
  const { store } = ports;

  openRoute(app, operations.signInCreate, async ({ body, raw }, reply) => {
    const person =
      "apiKey" in body ? await personOfKey(raw, reply, body.apiKey) : await personOfEmail(raw, reply, body);
    return begin(raw, reply, person);
  });

  openRoute(app, operations.signInWelcome, async ({ body, raw }, reply) => {
    refuseAfterMany(reply, failures.refusal(raw.ip, ""));
    try {
      const person = await acceptInvitation(ports, hasher, body);
      await rememberBrowser(reply, person.userId);
      return await begin(raw, reply, { ...person, madeByKeyId: null });
    } catch (cause) {
      if (cause instanceof AppError && cause.code === "gone") failures.noteBad(raw.ip);
      throw cause;
    }
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

  async function personOfKey(request: FastifyRequest, reply: FastifyReply, token: string): Promise<Person> {
    const key = await requireKey({ store, failures, isSecure }, { kind: "key", token }, { request, reply });
    return { ...key, madeByKeyId: key.id };
  }

  async function personOfEmail(
    request: FastifyRequest,
    reply: FastifyReply,
    given: EmailAndPassword,
  ): Promise<Person> {
    const account = given.email.toLowerCase();
    const knownBrowser = await knownBrowserOf(request, account);
    if (knownBrowser === null) refuseAfterMany(reply, failures.refusal(request.ip, ""));
    const attempt = attempts.reserve({ address: request.ip, account, knownBrowser });
    if ("refusal" in attempt) return refuse(reply, attempt.refusal);
    const isKnown = knownBrowser !== null;
    const requester = { isKnown, source: isKnown ? account : networkOf(request.ip) };
    const person = await attempt.enter(() => checkPassword(store, hasher, given, requester));
    if (person === null) {
      if (knownBrowser === null) failures.noteBad(request.ip);
      throw wrongPassword();
    }
    attempt.takeBack();
    if (knownBrowser === null) await rememberBrowser(reply, person.userId);
    return { ...person, madeByKeyId: null };
  }

  /** Returns the hash of the browser's token, or null if the account does not know the browser. */
  async function knownBrowserOf(request: FastifyRequest, email: string): Promise<string | null> {
    const token = browserTokenOf(request);
    if (token === null) return null;
    const hash = hashToken(token);
    return (await store.knownBrowsers.belongsTo(email, hash)) ? hash.toString("hex") : null;
  }

  async function rememberBrowser(reply: FastifyReply, userId: string): Promise<void> {
    const token = randomBytes(32).toString("base64url");
    await store.knownBrowsers.insert(userId, hashToken(token), maxKnownBrowsers);
    setBrowserCookie(reply, token, isSecure);
  }

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    { userId, organizationId, role, madeByKeyId }: Person,
  ) {
    const userAgent = request.headers["user-agent"] ?? null;
    const { signIn, token, pageSecret } = await createSignIn(ports, {
      organizationId,
      userId,
      userAgent,
      address: request.ip,
      madeByKeyId,
    });
    const maxAgeMs = signIn.expiresAt.getTime() - signIn.createdAt.getTime();
    setSignInCookie(reply, { token, maxAgeMs, isSecure });
    return { userId, organizationId, role: roleView(role), pageSecret };
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
