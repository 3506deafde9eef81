/** Matches names of parameters whose values are secrets. */
const secretName = /key|token|secret|password|passwd|signature|credential|auth|^code$|^sig$/i;

/**
 * Returns a URL or a path for logging, in which `***` replaces secret parameter values, username and password. Also
 * masks parameters in fragments and in malformed queries.
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
    // The name is malformed, so it is matched as written.
    return name;
  }
}
