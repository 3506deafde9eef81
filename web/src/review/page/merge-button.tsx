import { ActionIcon, Button, Group, Menu, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconGitMerge } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { PullRequest } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import { pullRequestQuery } from "../review-query.ts";
import { MergeWarnings } from "./merge-warnings.tsx";
import classes from "./pull-request-page.module.css";
import { useEnded } from "./use-ended.ts";

const methods = ["merge", "squash", "rebase"] as const;

/**
 * Button that merges a pull request after a confirmation, with a menu of methods. `isCompact` makes it fit
 * into a line, and shows the warnings before the confirmation, because such a line has no place for them.
 */
export function MergeButton({
  pullRequest: { id, headSha, baseBranch },
  isCompact = false,
}: {
  readonly pullRequest: Pick<PullRequest, "id" | "headSha" | "baseBranch">;
  readonly isCompact?: boolean;
}) {
  const words = text.review.merge;
  const [isAsking, { open, close }] = useDisclosure(false);
  const [method, setMethod] = useState<(typeof methods)[number]>("merge");
  const queryClient = useQueryClient();
  const onEnded = useEnded(id);
  const merge = useMutation({
    mutationFn: () => tembo.pullRequests.merge(id, { method, ...(headSha !== null && { headSha }) }),
    onSuccess: onEnded,
    onSettled: close,
    onError: () => queryClient.invalidateQueries({ queryKey: pullRequestQuery(id).queryKey }),
  });
  if (isAsking)
    return (
      <Stack gap="xs">
        {isCompact && <MergeWarnings id={id} sessionId={null} />}
        <Text size="sm">{words.sure(baseBranch ?? "")}</Text>
        <Group gap="xs">
          <Button size="xs" loading={merge.isPending} onClick={() => merge.mutate()}>
            {words.confirm}
          </Button>
          <Button size="xs" variant="default" disabled={merge.isPending} onClick={close} autoFocus>
            {words.cancel}
          </Button>
        </Group>
      </Stack>
    );
  return (
    <>
      <Group gap={1} wrap="nowrap">
        <Button
          flex={1}
          size={isCompact ? "xs" : "sm"}
          variant={isCompact ? "default" : "filled"}
          leftSection={<IconGitMerge size={16} aria-hidden />}
          onClick={open}
          className={classes.joinEnd}
        >
          {words[method]}
        </Button>
        <Menu position="bottom-end" width={260}>
          <Menu.Target>
            <ActionIcon
              variant={isCompact ? "default" : "filled"}
              size={isCompact ? 30 : 36}
              aria-label={words.method}
              className={classes.joinStart}
            >
              <IconChevronDown size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {methods.map((one) => (
              <Menu.Item key={one} onClick={() => setMethod(one)} aria-current={one === method || undefined}>
                <Text size="sm" fw={one === method ? 650 : 450}>
                  {words[one]}
                </Text>
                <Text size="xs" c="dimmed">
                  {words.explain[one]}
                </Text>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {merge.isError && <Failed error={merge.error} />}
    </>
  );
}
