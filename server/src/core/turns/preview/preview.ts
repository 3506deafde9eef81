/** A port of a session's sandbox that people can open in a browser. */
export interface Preview {
  readonly id: string;
  readonly organizationId: string;
  readonly sessionId: string;
  readonly port: number;
  readonly name: string | null;
  /** First label of the preview's host name. Unique in the installation. */
  readonly hostLabel: string;
  readonly createdAt: Date;
}

/** A link with which people without an account can open one preview. */
export interface PreviewShare {
  readonly id: string;
  readonly organizationId: string;
  readonly previewId: string;
  readonly hostLabel: string;
  /** ID of the user. The link stops working when this user loses access to the session. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Credential from which a code and a grant derive. They end with it. */
export type PreviewHolder =
  | { readonly apiKeyId: string; readonly shareId: null }
  | { readonly apiKeyId: null; readonly shareId: string };

/** A single-use code that a browser exchanges for a grant. */
export interface PreviewCode {
  readonly previewId: string;
  readonly holder: PreviewHolder;
  /** SHA-256, in base64url, of the secret that the browser must present, or null if the code is not bound to one. */
  readonly challenge: string | null;
  readonly expiresAt: Date;
}

/** Access of one browser to one preview. */
export interface PreviewGrant {
  readonly previewId: string;
  readonly holder: PreviewHolder;
  readonly expiresAt: Date;
}
