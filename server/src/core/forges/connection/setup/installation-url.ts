/**
 * Returns the URL of the page where a person installs a GitHub App. GitHub passes the state to the app's setup URL,
 * with `installation_id`.
 */
export function installationUrl(webUrl: string, slug: string, state: string): string {
  const folder = webUrl === "https://github.com" ? "apps" : "github-apps";
  return `${webUrl}/${folder}/${encodeURIComponent(slug)}/installations/new?state=${state}`;
}
