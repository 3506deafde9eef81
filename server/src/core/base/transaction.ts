declare const transactionBrand: unique symbol;

/** A running transaction. The engine's adapter can enqueue work in it. */
export interface OpenTransaction {
  readonly [transactionBrand]?: never;
}
