import type { EventOf } from "@tembo-io/sdk";
import { counted } from "../format.ts";
import { styled } from "../terminal.ts";
import { lines, type Rendered } from "./rendered.ts";

export function commitCreated(event: EventOf<"commit.created">): Rendered {
  const { repository, branch, sha, additions, deletions, changedFiles } = event;
  return lines([
    styled("bold", "commit "),
    `${sha.slice(0, 10)} on ${branch} of ${repository}: ${counted(changedFiles, "file")}, `,
    styled("green", `+${additions}`),
    " ",
    styled("red", `-${deletions}`),
  ]);
}

export function branchPushed({ repository, branch, sha }: EventOf<"branch.pushed">): Rendered {
  return lines([styled("bold", "pushed "), `${branch} of ${repository} at ${sha.slice(0, 10)}`]);
}

export function pullRequestOpened(event: EventOf<"pullRequest.opened">): Rendered {
  return pullRequest("opened", event);
}

export function pullRequestUpdated(event: EventOf<"pullRequest.updated">): Rendered {
  return pullRequest("updated", event);
}

function pullRequest(
  what: string,
  { repository, number, url, title }: EventOf<"pullRequest.opened" | "pullRequest.updated">,
): Rendered {
  return lines([
    styled("green", `pull request ${what} `),
    `${repository}#${number} ${title} `,
    styled("cyan", url),
  ]);
}
