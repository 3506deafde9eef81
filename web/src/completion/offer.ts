/** One line of what can be chosen. */
export interface Offer {
  readonly key: string;
  readonly kind: "file" | "folder" | "link" | "submodule" | "repository" | "command" | "skill";
  readonly label: string;
  /** Beside the label. */
  readonly note: string;
  /** What is written in the place of what was typed. */
  readonly writes: string;
  /** What it holds can be chosen next. */
  readonly goesOn?: boolean;
  readonly onTake?: () => void;
}

/** What can be chosen now, and what is said of it. */
export interface Offers {
  readonly offers: readonly Offer[];
  /** A sentence in the list; null for none. */
  readonly sentence: string | null;
  readonly isError: boolean;
}

export const noOffers: Offers = { offers: [], sentence: null, isError: false };
