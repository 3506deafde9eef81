import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { NotFoundError } from "@tembo-io/sdk";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { NotFound } from "../../components/not-found.tsx";
import { PageTabs } from "../../components/page-tabs.tsx";
import { text } from "../../text/index.ts";
import { agentQuery } from "../agents-query.ts";
import { checkAgentSearch } from "../agents-search.ts";
import { RunsTab } from "../runs/runs-tab.tsx";
import { StartsTab } from "../starts/starts-tab.tsx";
import { VersionsTab } from "../versions/versions-tab.tsx";
import { AgentHeader } from "./agent-header.tsx";
import { SetupTab } from "./setup-tab.tsx";

const SETUP = "setup";

export function AgentPage() {
  const { agentId } = useParams({ from: "/inside/agents/$agentId" });
  const { tab = SETUP } = useSearch({ from: "/inside/agents/$agentId" });
  const navigate = useNavigate({ from: "/agents/$agentId" });
  const query = useQuery(agentQuery(agentId));
  const agent = query.data;
  if (query.error instanceof NotFoundError) return <NotFound />;
  if (query.isError && agent === undefined)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (agent === undefined) return <Loading />;
  const { label, setup, starts, runs, versions } = text.agents.tabs;
  return (
    <>
      <AgentHeader agent={agent} />
      <PageTabs
        label={label}
        value={tab}
        onChange={(chosen) => void navigate({ search: checkAgentSearch({ tab: chosen }), replace: true })}
        tabs={[
          {
            value: SETUP,
            label: setup,
            content: <SetupTab key={agent.id} agent={agent} />,
            isKept: true,
          },
          { value: "starts", label: starts, content: <StartsTab agent={agent} /> },
          { value: "runs", label: runs, content: <RunsTab agent={agent} /> },
          { value: "versions", label: versions, content: <VersionsTab agent={agent} /> },
        ]}
      />
    </>
  );
}
