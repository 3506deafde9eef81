/** Folders in HOME with the caches of package managers. An environment does not keep them. */
export const packageCaches = [
  ".npm/_cacache",
  ".npm/_logs",
  ".cache/pip",
  ".cache/yarn",
  ".cache/composer",
  ".cache/nix",
  ".bundle/cache",
] as const;

/** All caches of HOME. Programs fetch or build the files again, but an environment keeps some of them for its setup. */
export const homeCaches = [
  ".cache",
  ...packageCaches,
  ".cargo/git",
  ".cargo/registry",
  ".gradle/caches",
  ".local/share/pnpm/store",
  ".m2/repository",
  ".nuget/packages",
  ".pub-cache",
  ".yarn/berry/cache",
  "go/pkg/mod",
] as const;
