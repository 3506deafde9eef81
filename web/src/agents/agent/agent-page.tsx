import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { text } from "../../text/index.ts";
import { agentQuery } from "../agents-query.ts";
import { checkAgentSearch } from "../agents-search.ts";
import { RunsTab } from "../runs/runs-tab.tsx";
import { StartsTab } from "../starts/starts-tab.tsx";
import { VersionsTab } from "../versions/versions-tab.tsx";
import { AgentHeader } from "./agent-header.tsx";
import classes from "./agent-page.module.css";
import { SetupTab } from "./setup-tab.tsx";

const SETUP = "setup";

export function AgentPage() {
  const { agentId } = useParams({ from: "/inside/agents/$agentId" });
  const { tab = SETUP } = useSearch({ from: "/inside/agents/$agentId" });
  const navigate = useNavigate({ from: "/agents/$agentId" });
  const query = useQuery(agentQuery(agentId));
  const agent = query.data;
  if (query.isError && agent === undefined)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (agent === undefined) return <Loading />;
  const { label, setup, starts, runs, versions } = text.agents.tabs;
  return (
    <>
      <AgentHeader agent={agent} />
      <Tabs
        value={tab}
        onChange={(chosen) => void navigate({ search: checkAgentSearch({ tab: chosen }), replace: true })}
        className={classes.tabs}
        keepMounted={false}
        // Keeps the effects of a hidden form, which warns before unsaved edits are lost.
        keepMountedMode="display-none"
      >
        <Tabs.List aria-label={label} px="md">
          <Tabs.Tab value={SETUP}>{setup}</Tabs.Tab>
          <Tabs.Tab value="starts">{starts}</Tabs.Tab>
          <Tabs.Tab value="runs">{runs}</Tabs.Tab>
          <Tabs.Tab value="versions">{versions}</Tabs.Tab>
        </Tabs.List>
        {/* Keeps unsaved edits while another tab is open. */}
        <Tabs.Panel value={SETUP} keepMounted className={classes.panel}>
          <SetupTab key={agent.id} agent={agent} />
        </Tabs.Panel>
        <Tabs.Panel value="starts" className={classes.panel}>
          <StartsTab agent={agent} />
        </Tabs.Panel>
        <Tabs.Panel value="runs" className={classes.panel}>
          <RunsTab agent={agent} />
        </Tabs.Panel>
        <Tabs.Panel value="versions" className={classes.panel}>
          <VersionsTab agent={agent} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
