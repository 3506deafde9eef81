import { ThemeIcon } from "@mantine/core";
import {
  IconGitMerge,
  IconGitPullRequest,
  IconGitPullRequestClosed,
  IconGitPullRequestDraft,
} from "@tabler/icons-react";
import type { PullRequestListItem } from "@tembo-io/sdk";
import { text } from "../text/index.ts";

const looks = {
  open: { color: "green", icon: IconGitPullRequest },
  draft: { color: "gray", icon: IconGitPullRequestDraft },
  merged: { color: "violet", icon: IconGitMerge },
  closed: { color: "red", icon: IconGitPullRequestClosed },
} as const;

type Facts = Pick<PullRequestListItem, "status" | "isDraft">;

export const pullRequestLook = ({ status, isDraft }: Facts): keyof typeof looks =>
  status === "open" && isDraft ? "draft" : status;

/** State of a pull request as an icon with a label. */
export function PullRequestMark({ pullRequest }: { readonly pullRequest: Facts }) {
  const look = pullRequestLook(pullRequest);
  const { color, icon: Icon } = looks[look];
  const name = text.review.status[look];
  return (
    <ThemeIcon size={22} radius="xl" variant="light" color={color} role="img" aria-label={name} title={name}>
      <Icon size={14} aria-hidden />
    </ThemeIcon>
  );
}
