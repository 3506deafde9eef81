/** Name of a registered kind of forge, such as `github`. GitHub Enterprise Server is `github` with a different URL. */
export type ForgeName = string;

/**
 * Name of the built-in forge. It is not an integration: it needs no credential and sends no webhooks to this server.
 */
export const localForgeName = "local";
