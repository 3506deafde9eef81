/** Host paths of one repository in one session. */
export interface GitSite {
  /** Bare repository that all sessions of the repository share. It is never writable from a sandbox. */
  readonly mirrorPath: string;
  /** Checkout in the workspace, which is hostile. */
  readonly checkoutPath: string;
  /** Bare repository on the host that contains the commits captured from the workspace. */
  readonly capturePath: string;
  /** User ID of the checkout's owner. Host git reads the checkout as that user if it can. */
  readonly uid: number;
  readonly gid: number;
}
