/** Paths of stories, relative to `e2e/src/`. Each story is in at most one list. */
type Stories = readonly string[];

/**
 * Stories that are part of the default run: the main task, the API's edge cases and the most important guarantees. Other
 * stories take minutes and run in the `long` group.
 */
export const shortStories: Stories = [
  "stories/api/api-lists.test.ts",
  "stories/api/api-operations.test.ts",
  "stories/api/api-stream.test.ts",
  "stories/api/api.test.ts",
  "stories/bounds/secrets.test.ts",
  "stories/clients/cli.test.ts",
  "stories/clients/sample.test.ts",
  "stories/session/planning.test.ts",
  "stories/session/stop.test.ts",
  "stories/session/work.test.ts",
];

/**
 * Browser stories that are not part of the default run, because it may take at most twelve minutes. They run in the
 * `long` and `browser` groups.
 */
export const longBrowserStories: Stories = [
  "browser/all/main-pages.test.ts",
  "browser/all/safety.test.ts",
  "browser/code/inbox.test.ts",
  "browser/code/review.test.ts",
  "browser/pages/account.test.ts",
  "browser/pages/pages.test.ts",
  "browser/pages/preview.test.ts",
  "browser/pages/settings.test.ts",
  "browser/sessions/composer-settings.test.ts",
  "browser/sessions/steering.test.ts",
  "browser/sessions/talking.test.ts",
  "browser/sessions/terminal.test.ts",
  "browser/sessions/web-app.test.ts",
];

/**
 * Stories that run once a night, because `npm run check` may take at most 65 minutes and these need most of the time. In
 * `npm run check`, unit and adapter tests cover the rules behind them. Shorter stories cover warm sandboxes, old
 * data folders and the accessibility of the main pages. Only nightly stories cover the colors, screenshots and loading of
 * pages, the API reference in a browser, the pages of projects, services, usage and forge links, the composer, `tembo
 * upgrade` on a real database, whole builds from images, Dockerfiles and dev containers, sessions that several machines
 * share, sessions on several forges, other model providers, the documentation site in a browser, and generated API clients.
 */
export const nightlyStories: Stories = [
  "browser/all/accessibility.test.ts",
  "browser/all/loading.test.ts",
  "browser/all/screenshots.test.ts",
  "browser/code/colors.test.ts",
  "browser/code/trees.test.ts",
  "browser/pages/documentation.test.ts",
  "browser/pages/published-site.test.ts",
  "browser/pages/forge-links.test.ts",
  "browser/pages/projects.test.ts",
  "browser/pages/services.test.ts",
  "browser/pages/usage.test.ts",
  "browser/sessions/composing.test.ts",
  "stories/api/api-reference.test.ts",
  "stories/clients/generated.test.ts",
  "stories/forges/forge-refusals.test.ts",
  "stories/forges/talking-gitlab.test.ts",
  "stories/forges/three-forges.test.ts",
  "stories/harness/providers.test.ts",
  "stories/operate/upgrade.test.ts",
  "stories/projects/containers.test.ts",
  "stories/projects/copies.test.ts",
  "stories/projects/devcontainers.test.ts",
  "stories/projects/dockerfiles.test.ts",
  "stories/projects/images.test.ts",
  "stories/projects/prepared.test.ts",
  "stories/projects/refresh.test.ts",
  "stories/projects/refused-containers.test.ts",
  "stories/recovery/api-apart.test.ts",
  "stories/recovery/environment-elsewhere.test.ts",
  "stories/recovery/forwarding.test.ts",
  "stories/recovery/join.test.ts",
  "stories/recovery/keep-alive-apart.test.ts",
  "stories/recovery/keep-alive.test.ts",
  "stories/recovery/machines.test.ts",
  "stories/recovery/old-data-folder-drain.test.ts",
  "stories/session/prepare-apart.test.ts",
  "stories/session/prepare.test.ts",
  "stories/session/screenshot.test.ts",
  "stories/session/waiting-harness.test.ts",
  "stories/upgrade/previous-version.test.ts",
];

const lists = {
  short: new Set(shortStories),
  longBrowser: new Set(longBrowserStories),
  nightly: new Set(nightlyStories),
};

export type StoryGroup = "e2e" | "browser" | "long" | "nightly";

/** Returns the group that runs a file of `e2e/src/`. The path is relative to the repository. */
export function groupOfStory(file: string): StoryGroup {
  const story = file.replace("e2e/src/", "");
  if (lists.nightly.has(story)) return "nightly";
  if (isBrowser(file)) return lists.longBrowser.has(story) ? "long" : "browser";
  return !story.startsWith("stories/") || lists.short.has(story) ? "e2e" : "long";
}

/** Returns true if the file contains stories about the dashboard. */
export function isBrowser(file: string): boolean {
  return file.startsWith("e2e/src/browser/");
}

/** Returns true if the file contains attacks from inside a sandbox. Each attack has a control. */
export function isProbe(file: string): boolean {
  return file.startsWith("e2e/src/containment/");
}

/** Returns true if the file contains stories about projects in an image of Debian. */
export function needsImage(file: string): boolean {
  return file.startsWith("e2e/src/environments/");
}

/** Harnesses whose contract suite also runs without `--all`. The matrix also runs sessions on the other ones. */
const representativePackages = ["claude-code", "codex"];

/** Returns true if the file runs the contract suite of a harness, and only `--all` runs it. */
export function isOtherPackage(file: string): boolean {
  const [, harness] = /^server\/src\/harness\/real\/(.+)\.test\.ts$/.exec(file) ?? [];
  return harness !== undefined && !representativePackages.includes(harness);
}

/** Returns true if the file tests the real packages of the harnesses. */
export function isMatrix(file: string): boolean {
  return /^(?:e2e\/src\/harnesses|server\/src\/harness\/real)\//.test(file);
}

/**
 * Returns true if the file tests git, sandboxes, layers, forges, the engine, the embedded database or an S3 store. Many
 * of these tests run or kill real programs, so that the group takes minutes.
 */
export function isAdapter(file: string): boolean {
  return /^server\/src\/(?:engine|forge|git|layers|postgres|sandbox|blobs\/s3)\//.test(file);
}

/** Returns true if the file installs the packages of a release. */
export function isInstallation(file: string): boolean {
  return file.startsWith("scripts/install-tests/");
}
