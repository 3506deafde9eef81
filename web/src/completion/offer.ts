export interface Offer {
  readonly key: string;
  readonly kind:
    | "file"
    | "folder"
    | "link"
    | "submodule"
    | "pullRequest"
    | "repository"
    | "command"
    | "skill";
  readonly label: string;
  /** Note shown next to the label. */
  readonly note: string;
  /** Text that replaces the typed text. */
  readonly writes: string;
  /** True if completion continues inside this entry, as for a folder. */
  readonly goesOn?: boolean;
  readonly onTake?: () => void;
}

/** The current suggestions, with an optional message. */
export interface Offers {
  readonly offers: readonly Offer[];
  /** Message in the list, or null if there is none. */
  readonly sentence: string | null;
  readonly isError: boolean;
}

export const noOffers: Offers = { offers: [], sentence: null, isError: false };
