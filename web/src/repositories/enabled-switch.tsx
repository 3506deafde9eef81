import { Stack, Switch, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Repository } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import { errorMessage } from "../api/query-client.ts";
import { text } from "../text/index.ts";
import { nameOf } from "./repositories-query.ts";

/** Switch for a repository that shows the state on the server. It changes only after the request has succeeded. */
export function EnabledSwitch({
  repository,
  label,
}: {
  readonly repository: Repository;
  readonly label?: string;
}) {
  const queryClient = useQueryClient();
  const isEnabled = repository.enabledAt !== null;
  const change = useMutation({
    mutationFn: () => tembo.repositories.update(repository.id, { enabled: !isEnabled }),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ["repositories"] }),
        queryClient.invalidateQueries({ queryKey: ["repository", repository.id] }),
      ]),
  });
  return (
    <Stack gap={4}>
      <Switch
        checked={isEnabled}
        onChange={() => change.mutate()}
        disabled={change.isPending}
        label={label}
        {...(label === undefined && { "aria-label": text.repositories.enabled(nameOf(repository)) })}
      />
      {change.isError && (
        <Text size="xs" c="red" role="alert" maw={360}>
          {errorMessage(change.error)}
        </Text>
      )}
    </Stack>
  );
}
