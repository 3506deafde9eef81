import { Alert, Button, Stack, Text } from "@mantine/core";
import { errorMessage } from "../api/query-client.ts";
import { text } from "../text/index.ts";

/** An error, with a retry button if `onRetry` is set. */
export function Failed({
  error,
  retry = text.general.retry,
  onRetry,
}: {
  readonly error: unknown;
  readonly retry?: string;
  readonly onRetry?: () => void;
}) {
  return (
    <Alert color="red" variant="light" title={text.general.failed} role="alert" m="md">
      <Stack gap="sm" align="flex-start">
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {errorMessage(error)}
        </Text>
        {onRetry !== undefined && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {retry}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
