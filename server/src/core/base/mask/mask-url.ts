/** Names of parameters whose values are secrets, whichever way they are spelled. */
const secretName = /key|token|secret|password|passwd|signature|credential|auth|^code$|^sig$/i;

/**
 * A URL or its path for a log: values of secret parameters, and a user's name and password, read `***`. What is no
 * well-formed query is masked as well, as only names are looked at.
 */
export function maskUrl(url: string): string {
  return url
    .replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#@]*@/i, "$1***@")
    .replaceAll(/([?&;#])([^=&;#]*)=([^&;#]*)/g, (whole, before: string, name: string) =>
      secretName.test(decoded(name)) ? `${before}${name}=***` : whole,
    );
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // Not well formed: the name as it is written has to do.
    return name;
  }
}
