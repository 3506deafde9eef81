export interface Patch {
  readonly text: string;
  /** False if applying the text would not reproduce the branch. */
  readonly isComplete: boolean;
}
