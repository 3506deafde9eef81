/**
 * Returns the URL of the page that shows an App and installs it. Its path on an Enterprise Server differs from the path on github.com and
 * its tenants.
 */
export function appPage(webUrl: string, slug: string): string {
  const isCloud = /^https:\/\/([a-z0-9-]+\.ghe|github)\.com$/.test(webUrl);
  return `${webUrl}/${isCloud ? "apps" : "github-apps"}/${slug}`;
}
