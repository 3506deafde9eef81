import { Button, Menu, Text } from "@mantine/core";
import { IconTemplate } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../api/client.ts";
import { errorMessage } from "../api/query-client.ts";
import { text } from "../text/index.ts";
import { toPlainText } from "./to-plain-text.ts";

/** Menu of predefined prompts. Passes the selected prompt to `onChoose`. */
export function TemplatesMenu({ onChoose }: { readonly onChoose: (prompt: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const { data, isError, error } = useQuery({
    queryKey: ["agents", "templates"],
    queryFn: async ({ signal }) => (await tembo.agents.templates.list({ limit: 100 }, { signal })).items,
    enabled: isOpen,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Menu opened={isOpen} onChange={setOpen} position="bottom-start" width={320}>
      <Menu.Target>
        <Button size="xs" variant="subtle" color="gray" leftSection={<IconTemplate size={15} aria-hidden />}>
          {text.composer.templates}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        {isError && <Menu.Label>{errorMessage(error)}</Menu.Label>}
        {data === undefined && !isError && <Menu.Label>{text.general.loading}</Menu.Label>}
        {data?.length === 0 && <Menu.Label>{text.composer.noTemplates}</Menu.Label>}
        {data?.map(({ name, title, description, instructions }) => (
          <Menu.Item key={name} onClick={() => onChoose(toPlainText(instructions))}>
            <Text size="sm">{title}</Text>
            <Text size="xs" c="dimmed">
              {description}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
