/** Machine whose disk has the repositories of the built-in forge. */
export interface ForgeOwner {
  readonly machineId: string;
  /** URL of the machine's server without a trailing slash. */
  readonly url: string;
}

export interface ForgeOwnerQueries {
  /** Makes the machine the owner unless another machine is, and updates the owner's URL. Returns the owner. */
  claim(owner: ForgeOwner): Promise<ForgeOwner>;
  /** Returns null before any server has started. */
  find(): Promise<ForgeOwner | null>;
}
