/** Token with which one machine joins the installation once. The token itself is not stored. */
export interface JoinToken {
  readonly id: string;
  /** SHA-256 of the proof that the machine sends. */
  readonly proofHash: Buffer;
  /** X25519 public key for which the answer is sealed (32 bytes). */
  readonly publicKey: Buffer;
  /** HMAC of the other fields under the master key. */
  readonly signature: Buffer;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  /** ID of the request that used the token. */
  readonly usedBy: string | null;
}

export interface JoinTokenQueries {
  /** Inserts a token, and deletes tokens that expired more than a day before its creation. */
  insert(token: JoinToken): Promise<void>;
  /** Returns the token, and locks its row until the transaction ends. */
  lock(id: string): Promise<JoinToken | null>;
  setUsed(id: string, requestId: string, at: Date): Promise<void>;
}
