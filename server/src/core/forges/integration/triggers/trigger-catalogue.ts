import type { ForgeName } from "../../forge/forge-name.ts";
import { giteaTriggers, githubTriggers } from "./github-triggers.ts";
import { gitlabTriggers } from "./gitlab-triggers.ts";
import type { Trigger } from "./trigger.ts";
import { repositories, temboMade, texts } from "./trigger-filters.ts";

/** What an agent can be started by, for each forge that has events. Names and filters are the public API's. */
export const triggerCatalogue: readonly {
  readonly forge: ForgeName;
  readonly triggers: readonly Trigger[];
}[] = [
  { forge: "github", triggers: githubTriggers },
  { forge: "gitlab", triggers: gitlabTriggers },
  {
    forge: "bitbucket",
    triggers: [
      {
        name: "bitbucket.pull_request.opened",
        displayName: "Pull request opened",
        description: "A pull request was opened.",
        filters: { repositories, openedBy: texts("Who opened it."), temboPrs: temboMade },
      },
    ],
  },
  { forge: "gitea", triggers: giteaTriggers },
  // It tells what Gitea tells, under its own name.
  {
    forge: "local",
    triggers: giteaTriggers.map((trigger) => ({ ...trigger, name: trigger.name.replace(/^gitea/, "local") })),
  },
];
