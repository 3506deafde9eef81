import { ThemeIcon } from "@mantine/core";
import { IconCheck, IconClock, IconX } from "@tabler/icons-react";
import type { PullRequestStatus } from "@tembo-io/sdk";
import { text } from "../text/index.ts";

const looks = {
  pending: { color: "yellow", icon: IconClock },
  passed: { color: "green", icon: IconCheck },
  failed: { color: "red", icon: IconX },
} as const;

type Checks = PullRequestStatus["checks"];

export const checksText = ({ state, failed }: Checks): string =>
  state === "failed" ? text.review.checks.failed(failed) : text.review.checks[state];

/** Results of the head commit's checks. Renders nothing if there are no checks. */
export function ChecksMark({ checks }: { readonly checks: Checks }) {
  if (checks.state === "none") return null;
  const { color, icon: Icon } = looks[checks.state];
  const name = checksText(checks);
  return (
    <ThemeIcon size={18} radius="xl" variant="light" color={color} role="img" aria-label={name} title={name}>
      <Icon size={12} aria-hidden />
    </ThemeIcon>
  );
}
