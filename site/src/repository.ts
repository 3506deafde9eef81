interface Manifest {
  readonly repository?: string | { readonly url: string };
}

/** Returns the web address of the repository that a package.json names, or null if it names none. */
export function webAddress({ repository }: Manifest): string | null {
  const url = typeof repository === "string" ? repository : repository?.url;
  if (url === undefined) return null;
  const address = url.replace(/^git\+/, "").replace(/\.git$/, "");
  if (!/^https:\/\//.test(address))
    throw new Error(`The "repository" of package.json is "${url}". It must be an https URL.`);
  return address;
}
