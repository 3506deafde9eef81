/**
 * Encrypts values at rest: AES-256-GCM with a separate key per value, wrapped by the installation's master key.
 * `SealContext` is the associated data: a sealed value opens only in its own context.
 */
export interface Vault {
  seal(value: string, context: SealContext): Sealed;
  /** Throws `internal` if the value was sealed for another context, was altered, or its master key is unknown. */
  open(sealed: Sealed, context: SealContext): string;
  /** Returns the same value with its key wrapped by the newest master key. */
  rewrap(sealed: Sealed): Sealed;
  /**
   * Returns an HMAC-SHA256 (32 bytes) under a separate key per purpose, which proves later that this installation wrote
   * the text.
   */
  sign(text: string, purpose: string): Buffer;
  /**
   * True if the signature, or a prefix of at least 16 bytes, matches the text and purpose under a master key that still
   * exists.
   */
  isSigned(text: string, purpose: string, signature: Buffer): boolean;
}

export interface SealContext {
  readonly organizationId: string;
  /** Kind and name, such as `secret:NPM_TOKEN`. */
  readonly name: string;
  /** Counts the values of the name, starting at 1. */
  readonly version: number;
}

export interface Sealed {
  /** Nonce, wrapped key and ciphertext, in the vault's own format. */
  readonly bytes: Buffer;
  /** Id of the master key that wraps the value's key. */
  readonly masterKeyId: string;
}
