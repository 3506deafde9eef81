/** Names of parameters whose values are secrets, in any spelling. */
const secretName = /key|token|secret|password|passwd|signature|credential|auth|^code$|^sig$/i;

/**
 * Returns a URL or a path for logging: secret parameter values, user name and password become `***`. Malformed queries
 * are masked too, because only parameter names are matched.
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
    // Malformed: match the name as written.
    return name;
  }
}
