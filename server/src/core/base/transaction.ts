declare const transactionBrand: unique symbol;

/** An open transaction, in which the engine can enqueue work. */
export interface OpenTransaction {
  readonly [transactionBrand]?: never;
}
