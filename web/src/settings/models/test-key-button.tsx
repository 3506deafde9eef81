import { Button, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
import { settingsText } from "../../text/settings/index.ts";

const words = settingsText.models.keys;

/** Button that tests the key that sessions use for a provider, with the result below. */
export function TestKeyButton({ provider, label }: { readonly provider: string; readonly label: string }) {
  const test = useMutation({ mutationFn: () => tembo.modelProviders.test(provider) });
  return (
    <Stack gap="xs" align="flex-start">
      <Button
        variant="default"
        size="xs"
        aria-label={words.testOf(label)}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        {words.test}
      </Button>
      {test.isSuccess && (
        <Text size="sm" role="status">
          {words.works(test.data.modelName, test.data.durationMs)}
        </Text>
      )}
      <Refusal error={test.error} />
    </Stack>
  );
}
