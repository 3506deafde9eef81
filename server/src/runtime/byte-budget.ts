/** Bytes taken from a budget. */
export interface ByteReservation extends Disposable {
  /** Takes more. Returns false, and takes nothing, when the budget has less left. */
  grow(bytes: number): boolean;
  /** Returns everything to the budget. Idempotent. */
  release(): void;
}

/** Memory that many owners share: nobody may take what the budget does not have. */
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

  /** Null when the budget has less left. */
  reserve(bytes: number): ByteReservation | null {
    const reservation = this.open();
    return reservation.grow(bytes) ? reservation : null;
  }

  /** An empty reservation, for what announces no size. */
  open(): ByteReservation {
    let takenBytes = 0;
    const release = () => {
      this.#leftBytes += takenBytes;
      takenBytes = 0;
    };
    return {
      grow: (bytes) => {
        // Written so that a size that is no number is refused.
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
