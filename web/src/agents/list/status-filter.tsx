import { Select } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { text } from "../../text/index.ts";
import { type AgentsSearch, checkAgentsSearch } from "../agents-search.ts";

const { label, all, enabled, disabled, archived } = text.agents.status;
const choices = [
  { value: "all", label: all },
  { value: "enabled", label: enabled },
  { value: "disabled", label: disabled },
  { value: "archived", label: archived },
];

export function StatusFilter({
  status = "all",
}: {
  readonly status?: AgentsSearch["status"] | "all" | undefined;
}) {
  const navigate = useNavigate({ from: "/agents" });
  return (
    <Select
      aria-label={label}
      data={choices}
      value={status}
      allowDeselect={false}
      w={120}
      onChange={(chosen) =>
        void navigate({ search: (old) => checkAgentsSearch({ search: old.search, status: chosen }) })
      }
    />
  );
}
