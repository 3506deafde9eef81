/** Bytes reserved from a budget. */
export interface ByteReservation extends Disposable {
  /** Reserves more bytes. Returns false and reserves none if the budget does not have enough. */
  grow(bytes: number): boolean;
  /** Returns all reserved bytes to the budget. Idempotent. */
  release(): void;
}

/** Memory budget that many owners share. Their reservations together never exceed it. */
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

  /** Reserves bytes, or returns null if the budget does not have enough. */
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
        // The condition is negated, so that NaN is rejected.
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
