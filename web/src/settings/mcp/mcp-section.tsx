import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { FormModal } from "../kit/form.tsx";
import { Rows } from "../kit/rows.tsx";
import { Section } from "../kit/section.tsx";
import { usePages } from "../kit/use-pages.ts";
import { McpForm } from "./mcp-form.tsx";
import { McpRow } from "./mcp-row.tsx";

const words = settingsText.mcp;

export default function McpSection() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const { query, items } = usePages(["mcp-connections"], ({ cursor, signal }) =>
    tembo.mcpConnections.list({ cursor }, { signal }),
  );
  return (
    <Section
      title={settingsText.names.mcp}
      about={words.about}
      action={<Button onClick={open}>{words.create}</Button>}
    >
      <Rows query={query} label={words.list} empty={words.empty}>
        {items.map((connection) => (
          <McpRow key={connection.id} connection={connection} />
        ))}
      </Rows>
      <FormModal title={words.create} isOpen={isOpen} onClose={close}>
        <McpForm onDone={close} />
      </FormModal>
    </Section>
  );
}
