import { Button, Group, Popover, Text, Textarea, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import type { PullRequest, PullRequestReviewCreateBody } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import { useRefresh } from "./conversation/conversation-query.ts";
import classes from "./pull-request-page.module.css";

type State = PullRequestReviewCreateBody["state"];

/** Button with a form that approves the pull request, requests changes or comments on it. */
export function ReviewButton({ pullRequest: { id, headSha } }: { readonly pullRequest: PullRequest }) {
  const words = text.review.submit;
  const [isOpen, setIsOpen] = useState(false);
  const [body, setBody] = useState("");
  const refresh = useRefresh(id);
  const submit = useMutation({
    mutationFn: (state: State) =>
      tembo.pullRequests.review(id, { state, body, ...(headSha !== null && { headSha }) }),
    onSuccess: async (_, state) => {
      setIsOpen(false);
      setBody("");
      notifications.show({ message: words.done[state] });
      await refresh();
    },
  });
  const action = (state: State, label: string, variant: "filled" | "default") => (
    <Button
      size="xs"
      variant={variant}
      loading={submit.isPending && submit.variables === state}
      disabled={submit.isPending || (state !== "approved" && body.trim() === "")}
      onClick={() => submit.mutate(state)}
    >
      {label}
    </Button>
  );
  return (
    <Popover
      opened={isOpen}
      onChange={setIsOpen}
      position="bottom-end"
      width={380}
      trapFocus
      returnFocus
      withinPortal
      shadow="md"
    >
      <Popover.Target>
        <Button size="xs" onClick={() => setIsOpen(!isOpen)}>
          {words.open}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={words.title} className={classes.review}>
        <Title order={2} mb="xs">
          {words.title}
        </Title>
        <Textarea
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
          aria-label={words.hint}
          placeholder={words.hint}
          autosize
          minRows={3}
          maxRows={12}
          dir="auto"
          data-autofocus
        />
        <Text size="xs" c="dimmed" my="xs">
          {words.needsText}
        </Text>
        {submit.isError && <Failed error={submit.error} />}
        <Group gap="xs" justify="flex-end">
          {action("commented", words.comment, "default")}
          {action("changes_requested", words.requestChanges, "default")}
          {action("approved", words.approve, "filled")}
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
