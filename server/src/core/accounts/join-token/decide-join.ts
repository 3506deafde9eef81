import { createHash, timingSafeEqual } from "node:crypto";
import type { Vault } from "../../base/index.ts";
import type { JoinToken } from "./join-token.ts";

const purpose = "join token";

/** Returns the signature of a token's fields. */
export const signJoinToken = (
  vault: Pick<Vault, "sign">,
  token: Omit<JoinToken, "signature" | "usedAt" | "usedBy">,
): Buffer => vault.sign(signedText(token), purpose);

const signedText = ({
  id,
  proofHash,
  publicKey,
  expiresAt,
}: Pick<JoinToken, "id" | "proofHash" | "publicKey" | "expiresAt">) =>
  [id, proofHash.toString("hex"), publicKey.toString("hex"), expiresAt.getTime()].join(" ");

export interface JoinFacts {
  readonly token: JoinToken | null;
  readonly proof: Buffer;
  /** ID of the request, which may run again after a lost connection to the database. */
  readonly requestId: string;
  readonly now: Date;
  /** Versions of this server and of the machine that joins. */
  readonly ownVersion: string;
  readonly version: string;
  /** Reason why the server's settings do not permit other machines, or null. */
  readonly problem: string | null;
}

export interface JoinRefusal {
  readonly status: 401 | 409 | 410;
  readonly message: string;
}

/** Returns the reason why a machine may not join, or null if it may. Reveals nothing without the token's proof. */
export function decideJoin(vault: Pick<Vault, "isSigned">, facts: JoinFacts): JoinRefusal | null {
  const { token, proof, requestId, now, ownVersion, version, problem } = facts;
  const known = token ?? noToken;
  // Compared even without a token, so that the time does not reveal which IDs exist.
  const isProven = timingSafeEqual(createHash("sha256").update(proof).digest(), known.proofHash);
  if (token === null || !isProven || !vault.isSigned(signedText(token), purpose, token.signature))
    return { status: 401, message: `The join token is not known to this server. ${createOne}` };
  if (token.usedAt !== null && token.usedBy !== requestId)
    return { status: 410, message: `The join token has been used. ${createOne}` };
  if (token.expiresAt <= now) return { status: 410, message: `The join token has expired. ${createOne}` };
  if (version !== ownVersion)
    return {
      status: 409,
      message: `This machine has Tembo ${version}, but the server has ${ownVersion}. Install the server's version. The token remains valid.`,
    };
  return problem === null ? null : { status: 409, message: `${problem} The token remains valid.` };
}

const createOne = 'Create one with "tembo worker token" on the server\'s machine.';
const noToken = { proofHash: Buffer.alloc(32) };
