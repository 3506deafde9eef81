/** Where a person installs a GitHub App. GitHub gives the state back to the app's setup URL, with `installation_id`. */
export function installationUrl(webUrl: string, slug: string, state: string): string {
  const folder = webUrl === "https://github.com" ? "apps" : "github-apps";
  return `${webUrl}/${folder}/${encodeURIComponent(slug)}/installations/new?state=${state}`;
}
