export interface Patch {
  readonly text: string;
  /** False when applying the text would not give what is on the branch. */
  readonly isComplete: boolean;
}
