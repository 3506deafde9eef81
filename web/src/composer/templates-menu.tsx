import { IconTemplate } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../api/client.ts";
import { errorMessage } from "../api/query-client.ts";
import { text } from "../text/index.ts";
import { Chip } from "./chips/chip.tsx";
import { toPlainText } from "./to-plain-text.ts";

/** List of predefined prompts with a search. Passes the selected prompt to `onChoose`. */
export function TemplatesMenu({ onChoose }: { readonly onChoose: (prompt: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const { data, isError, error } = useQuery({
    queryKey: ["agents", "templates"],
    queryFn: async ({ signal }) => (await tembo.agents.templates.list({ limit: 100 }, { signal })).items,
    enabled: isOpen,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const none = data?.length === 0 ? text.composer.noTemplates : text.general.nothingFound;
  return (
    <Chip
      label={text.composer.templates}
      icon={IconTemplate}
      shown={text.composer.templates}
      groups={[
        {
          label: null,
          options: (data ?? []).map(({ name, title, description }) => ({
            value: name,
            label: title,
            note: description,
          })),
        },
      ]}
      chosen={[]}
      onChoose={(name) => {
        const template = data?.find((one) => one.name === name);
        if (template !== undefined) onChoose(toPlainText(template.instructions));
      }}
      isSearchable
      isTool
      onOpen={() => setOpen(true)}
      emptyText={isError ? errorMessage(error) : data === undefined ? text.general.loading : none}
    />
  );
}
