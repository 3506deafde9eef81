/**
 * Seals what must not be readable at rest: AES-256-GCM under a key of its own for each value, wrapped by the
 * installation's master key. `SealContext` is the associated data: a sealed value opens only where it belongs.
 */
export interface Vault {
  seal(value: string, context: SealContext): Sealed;
  /** Throws `internal` when it was sealed for another context, was altered, or its master key is unknown. */
  open(sealed: Sealed, context: SealContext): string;
  /** The same value, its key wrapped by the newest master key. */
  rewrap(sealed: Sealed): Sealed;
  /** Shows later that this installation wrote the text: HMAC-SHA256 under a key of its own for each purpose. 32 bytes. */
  sign(text: string, purpose: string): Buffer;
  /** Whether the signature, or its first 16 bytes or more, is of this very text and purpose, under a master key that is still there. */
  isSigned(text: string, purpose: string, signature: Buffer): boolean;
}

export interface SealContext {
  readonly organizationId: string;
  /** Kind and name, as `secret:NPM_TOKEN`. */
  readonly name: string;
  /** Counts the values that the name has had. */
  readonly version: number;
}

export interface Sealed {
  /** Nonce, wrapped key and ciphertext, in the vault's own form. */
  readonly bytes: Buffer;
  /** Of the master key that wraps it. */
  readonly masterKeyId: string;
}
