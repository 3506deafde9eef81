/** The kinds of forge. GitHub Enterprise Server is `github`, Forgejo is `gitea`: each at its own address. */
export const forgeNames = ["local", "github", "gitlab", "bitbucket", "gitea"] as const;
export type ForgeName = (typeof forgeNames)[number];

export function isForgeName(name: string): name is ForgeName {
  return (forgeNames as readonly string[]).includes(name);
}
