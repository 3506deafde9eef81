/** Name of a registered kind of forge, such as `github`. GitHub Enterprise Server is `github` at another address. */
export type ForgeName = string;

/** The built-in forge. It is not an integration: it takes no credential and sends no webhook to this server. */
export const localForgeName = "local";
