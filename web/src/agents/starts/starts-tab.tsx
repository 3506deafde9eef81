import { Alert, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Agent } from "@tembo-io/sdk";
import { text } from "../../text/index.ts";
import { runPolicyQuery } from "../agents-query.ts";
import { Triggers } from "../triggers/triggers.tsx";
import { RunPolicy } from "./run-policy.tsx";
import { Schedules } from "./schedules.tsx";
import { Webhook } from "./webhook.tsx";

/** An agent's schedules, triggers and webhook, and its policy for overlapping and failed runs. */
export function StartsTab({ agent }: { readonly agent: Agent }) {
  const { data: policy } = useQuery(runPolicyQuery(agent.id));
  return (
    <Stack gap="xl">
      {policy?.pausedReason != null && (
        <Alert color="yellow" role="status">
          <span dir="auto">{text.agents.paused(policy.pausedReason)}</span>
        </Alert>
      )}
      <Schedules agent={agent} />
      <Triggers agent={agent} />
      <Webhook agent={agent} />
      {policy !== undefined && <RunPolicy agentId={agent.id} policy={policy} />}
    </Stack>
  );
}
