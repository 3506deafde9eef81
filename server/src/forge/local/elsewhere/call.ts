import { createHash } from "node:crypto";
import { AppError } from "../../../core/base/index.ts";
import type { Forge, ForgeConnection, ForgeRepository, ForgeReviewing } from "../../../core/forges/index.ts";

/** Path at which the server of the built-in forge executes the calls of other machines. */
export const callPath = "/internal/forge";
export const maxCallBytes = 16 * 1024 * 1024;

/** Call of a method of `Forge` or, with the prefix `reviewing.`, of `ForgeReviewing`. */
export interface ForgeCall {
  readonly connection: Omit<ForgeConnection, "renew">;
  readonly method: string;
  readonly args: readonly unknown[];
}

export type ForgeAnswer =
  | { readonly value: unknown }
  | { readonly error: { readonly code: AppError["code"]; readonly message: string } };

type Method = Exclude<keyof Forge, "name" | "signer" | "reviewing">;

// The compiler requires every method of the port.
const methods: Readonly<Record<Method, true>> = {
  account: true,
  test: true,
  rateLimit: true,
  remote: true,
  createRepository: true,
  deleteRepository: true,
  findRepository: true,
  listRepositories: true,
  findBranch: true,
  deleteBranch: true,
  ensureWebhook: true,
  removeWebhook: true,
  eventsSince: true,
  findPullRequest: true,
  findPullRequestByNumber: true,
  createPullRequest: true,
  updatePullRequest: true,
  mergePullRequest: true,
  listReviews: true,
  findIssue: true,
  listComments: true,
  comment: true,
  replyInline: true,
  updateComment: true,
  react: true,
  canWrite: true,
  checkResults: true,
  jobLog: true,
};
const reviewing: Readonly<Record<keyof ForgeReviewing, true>> = {
  readPatch: true,
  listCommits: true,
  listReviewComments: true,
  commentInline: true,
  replyInline: true,
  submitReview: true,
  resolveThread: true,
  applySuggestion: true,
  outlook: true,
};

/** Returns a forge that passes the name and the arguments of each call to `run`. */
export function passCalls(run: (method: string, args: readonly unknown[]) => Promise<unknown>): Forge {
  const passing = (names: readonly string[], prefix = "") =>
    Object.fromEntries(
      names.map((name) => [name, (...args: readonly unknown[]) => run(`${prefix}${name}`, args)]),
    );
  const forge = {
    ...passing(Object.keys(methods)),
    name: "local",
    signer: null,
    reviewing: passing(Object.keys(reviewing), "reviewing."),
    async *listRepositories(signal: AbortSignal) {
      yield* (await run("listRepositories", [signal])) as AsyncIterable<ForgeRepository> | ForgeRepository[];
    },
  };
  return forge as unknown as Forge;
}

/** Returns the method of a connected forge, or null if the port has no such method. */
export function findMethod(forge: Forge, name: string): ((...args: never[]) => unknown) | null {
  const [, isReview, own = ""] = /^(reviewing\.)?(\w+)$/.exec(name) ?? [];
  if (!Object.hasOwn(isReview ? reviewing : methods, own)) return null;
  const target: unknown = isReview ? forge.reviewing : forge;
  return (target as Record<string, (...args: never[]) => unknown> | null)?.[own]?.bind(target) ?? null;
}

const mark = "$tembo";

/** Encodes arguments or a result as JSON. In addition to JSON's types, supports dates, undefined and abort signals. */
export function encode(value: unknown): string {
  return JSON.stringify(toPlain(value));
}

function toPlain(value: unknown): unknown {
  if (value === undefined) return { [mark]: "undefined" };
  if (value instanceof Date) return { [mark]: "date", value: value.toISOString() };
  if (value instanceof AbortSignal) return { [mark]: "signal" };
  if (Array.isArray(value)) return value.map(toPlain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toPlain(one)]));
}

/** Decodes the result of `encode`. `signal` replaces abort signals. Throws `invalid_input` if the text is not JSON. */
export function decode(text: string, signal: AbortSignal): unknown {
  try {
    return fromPlain(JSON.parse(text), signal);
  } catch (cause) {
    throw new AppError("invalid_input", "The call of the built-in forge is not valid JSON.", { cause });
  }
}

function fromPlain(value: unknown, signal: AbortSignal): unknown {
  if (Array.isArray(value)) return value.map((one) => fromPlain(one, signal));
  if (value === null || typeof value !== "object") return value;
  if (mark in value) {
    if (value[mark] === "date" && "value" in value) return new Date(String(value.value));
    return value[mark] === "signal" ? signal : undefined;
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fromPlain(one, signal)]));
}

/** Header with the digest of a call's body (RFC 9530). */
export const digestHeader = "content-digest";

/** Returns the value of the header for a body. */
export const digestOf = (body: string | Buffer) =>
  `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;

/** Subject of the token of a call. A token therefore permits only the call whose body has this digest. */
export const callSubject = (digest: string) => `forge ${digest}`;
