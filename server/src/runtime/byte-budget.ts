/** Bytes taken from a budget. */
export interface ByteReservation extends Disposable {
  /** Reserves more bytes. Returns false, and reserves nothing, if fewer are left. */
  grow(bytes: number): boolean;
  /** Returns everything to the budget. Idempotent. */
  release(): void;
}

/** Memory budget that many owners share. An owner cannot reserve more than is left. */
export class ByteBudget {
  readonly maxBytes: number;
  #leftBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
    this.#leftBytes = maxBytes;
  }

  get leftBytes(): number {
    return this.#leftBytes;
  }

  /** Returns null if fewer bytes are left. */
  reserve(bytes: number): ByteReservation | null {
    const reservation = this.open();
    return reservation.grow(bytes) ? reservation : null;
  }

  /** Returns an empty reservation, for a stream without a known size. */
  open(): ByteReservation {
    let takenBytes = 0;
    const release = () => {
      this.#leftBytes += takenBytes;
      takenBytes = 0;
    };
    return {
      grow: (bytes) => {
        // Negated, so that NaN is rejected.
        if (!(bytes <= this.#leftBytes)) return false;
        this.#leftBytes -= bytes;
        takenBytes += bytes;
        return true;
      },
      release,
      [Symbol.dispose]: release,
    };
  }
}
