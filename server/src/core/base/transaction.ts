declare const transactionBrand: unique symbol;

/** A running transaction, with any queries. The engine's adapter can enqueue work in it. */
export interface OpenTransaction {
  readonly [transactionBrand]?: never;
}
