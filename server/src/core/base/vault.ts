/**
 * Encrypts values at rest with AES-256-GCM. Each value has a separate key, wrapped by the installation's master key.
 * `SealContext` is the associated data, so a sealed value can be opened only in its own context. Methods throw
 * `internal` if they cannot read the master keys.
 */
export interface Vault {
  seal(value: string, context: SealContext): Sealed;
  /**
   * Decrypts a value. Throws `internal` if the value was sealed for another context or was altered, or if its master
   * key is unknown.
   */
  open(sealed: Sealed, context: SealContext): string;
  /** Returns the value with its key wrapped by the newest master key. */
  rewrap(sealed: Sealed): Sealed;
  /**
   * Returns an HMAC-SHA256 (32 bytes) that proves that this installation produced the text. Each purpose has a separate
   * key.
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
  /** Version of the value under this name, starting at 1. */
  readonly version: number;
}

export interface Sealed {
  /** Nonce, wrapped key and ciphertext, in the vault's own format. */
  readonly bytes: Buffer;
  /** ID of the master key that wraps the value's key. */
  readonly masterKeyId: string;
}
