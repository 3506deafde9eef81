import { Stack, Text, Title } from "@mantine/core";
import type { Repository } from "@tembo-io/sdk";
import { text } from "../text/index.ts";
import { Commands } from "./commands.tsx";

/** Commands that push the checked-out branch to a repository on the built-in forge. */
export function PushInstructions({ repository: { url, baseBranch } }: { readonly repository: Repository }) {
  const words = text.repositories.push;
  return (
    <Stack gap="xs" component="section" aria-labelledby="push">
      <Title order={2} id="push">
        {words.title}
      </Title>
      <Text size="sm">{words.intro}</Text>
      <Commands lines={[`git remote add tembo ${url}`, `git push tembo HEAD:${baseBranch ?? "main"}`]} />
    </Stack>
  );
}
