declare const transactionBrand: unique symbol;

/** A running transaction, whatever may be asked of it. The engine's adapter knows how to enqueue in it. */
export interface OpenTransaction {
  readonly [transactionBrand]?: never;
}
