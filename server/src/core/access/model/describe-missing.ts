import type { ModelProvider } from "./provider.ts";
import { settingsNeededFor, variablesNeededFor } from "./provider-credential.ts";

/** Explains that a provider has no credential, and where to add one. */
export function describeMissing(provider: ModelProvider): string {
  const { noun } = provider.credential;
  const verb = noun === "credentials" ? "are" : "is";
  return `No ${provider.label} ${noun} ${verb} configured. ${describePlaces(provider)}`;
}

/** Explains that the organization has not configured its own key, regardless of the server's key. */
export function describeMissingOwn(provider: ModelProvider): string {
  const commands = settingsNeededFor(provider).map((name) => `"tembo settings set ${name}"`);
  return `The organization has no ${provider.label} ${provider.credential.noun}. ${addPhrase(provider)} under Settings → Models or with ${commands.join(" and ")}.`;
}

/**
 * Explains where to correct a credential that a provider rejected. `isOwn` is true for the organization's credential,
 * and false for the operator's.
 */
export function describeRejected(provider: ModelProvider, isOwn: boolean): string {
  const { noun } = provider.credential;
  const variables = variablesNeededFor(provider).join(" and ");
  return isOwn
    ? `The provider rejected the organization's ${provider.label} ${noun}. Replace ${noun === "credentials" ? "them" : "it"} under Settings → Models.`
    : `The provider rejected the server's ${provider.label} ${noun}. ${describePlaces(provider)} Restart the server after you change ${variables}.`;
}

function describePlaces(provider: ModelProvider): string {
  const variables = variablesNeededFor(provider).join(" and ");
  const settings = settingsNeededFor(provider);
  if (settings.length === 0) return `Set ${variables} on the server.`;
  const commands = settings.map((name) => `"tembo settings set ${name}"`).join(" and ");
  return `${addPhrase(provider)} under Settings → Models or with ${commands}, or set ${variables} on the server.`;
}

const addPhrase = ({ credential }: ModelProvider) =>
  credential.noun === "credentials" ? "Add them" : "Add one";
