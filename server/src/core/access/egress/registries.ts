import type { EgressRule } from "./egress-policy.ts";

/** Hosts of public package registries, by ecosystem. */
export const registryHosts = {
  npm: ["registry.npmjs.org", "registry.yarnpkg.com", "repo.yarnpkg.com", "npm.pkg.github.com", "npm.jsr.io"],
  pypi: ["pypi.org", "files.pythonhosted.org"],
  crates: ["index.crates.io", "static.crates.io", "crates.io"],
  // The Go module proxy serves modules itself and redirects toolchain downloads to dl.google.com.
  go: ["proxy.golang.org", "sum.golang.org", "dl.google.com"],
  debian: ["deb.debian.org", "security.debian.org"],
  ubuntu: ["archive.ubuntu.com", "security.ubuntu.com", "ports.ubuntu.com"],
  alpine: ["dl-cdn.alpinelinux.org"],
  rubygems: ["rubygems.org", "index.rubygems.org"],
  maven: ["repo.maven.apache.org", "repo1.maven.org", "plugins.gradle.org", "services.gradle.org"],
  nuget: ["api.nuget.org", "www.nuget.org"],
  packagist: ["packagist.org", "repo.packagist.org"],
  hex: ["hex.pm", "repo.hex.pm", "builds.hex.pm"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Returns the rules of the preset `registries`, which allow ports 80 and 443 of each host. */
export function registryRules(): readonly EgressRule[] {
  return Object.values(registryHosts)
    .flat()
    .map((host) => ({ host, port: null }));
}
