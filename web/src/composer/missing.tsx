import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { runtimesQuery } from "../api/choices.ts";
import { useDefaultAgent } from "../api/use-agent-names.ts";
import { TextLink } from "../components/text-link.tsx";
import { text } from "../text/index.ts";
import { findMissing, findModel } from "./find-missing.ts";

/**
 * Returns the agent that will run, whose harness or model is empty for the default one: its reasoning levels, and why it
 * or the agent of an attempt cannot run now, such as a missing API key. `missing` is null if all can run, and undefined
 * if this is unknown, such as before the harnesses have loaded.
 */
export function useAgent(harness: string, model: string, attempts: readonly string[] = []) {
  const { data: runtimes = [] } = useQuery(runtimesQuery);
  const defaultAgent = useDefaultAgent();
  const chosen = harness === "" ? defaultAgent : `${harness}${model === "" ? "" : `:${model}`}`;
  const reasoningLevels = findModel(chosen, runtimes).model?.reasoningLevels ?? [];
  return { defaultAgent, reasoningLevels, missing: findMissing(chosen, attempts, runtimes) };
}

/** States before the session starts that it cannot run, and links to the setting. */
export function MissingKey({ reason }: { readonly reason: string }) {
  return (
    <Alert color="yellow" icon={<IconAlertTriangle size={16} aria-hidden />} title={text.composer.cannotRun}>
      {reason}{" "}
      <TextLink to="/settings/$section" params={{ section: "models" }} size="sm">
        {text.composer.openModels}
      </TextLink>
    </Alert>
  );
}

/** States that the agent starts without code, or how to add the first repository. */
export function WithoutRepository({
  repositories,
  onSelect,
}: {
  readonly repositories: readonly { readonly value: string; readonly label: string }[];
  readonly onSelect: (id: string) => void;
}) {
  const [only] = repositories;
  if (only === undefined)
    return (
      <Group gap="sm">
        <Text size="sm" c="dimmed">
          {text.composer.withoutRepository}
        </Text>
        <TextLink to="/repositories" size="sm">
          {text.composer.addRepository}
        </TextLink>
        <TextLink to="/settings/$section" params={{ section: "integrations" }} size="sm">
          {text.composer.connectForge}
        </TextLink>
      </Group>
    );
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        {text.composer.withoutRepository}
      </Text>
      {repositories.length === 1 && (
        <Button size="compact-sm" variant="default" onClick={() => onSelect(only.value)}>
          {text.composer.select(only.label)}
        </Button>
      )}
    </Group>
  );
}
