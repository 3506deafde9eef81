/** Where an App is looked at and installed: an Enterprise Server has it at another path than github.com and its tenants. */
export function appPage(webUrl: string, slug: string): string {
  const isCloud = /^https:\/\/([a-z0-9-]+\.ghe|github)\.com$/.test(webUrl);
  return `${webUrl}/${isCloud ? "apps" : "github-apps"}/${slug}`;
}
