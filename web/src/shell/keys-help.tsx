import { Kbd, Modal, Table, Title } from "@mantine/core";
import { text } from "../text/index.ts";

/** List of keyboard shortcuts. */
export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.general.keys}
      closeButtonProps={{ "aria-label": text.general.close }}
      size="sm"
    >
      {text.general.keyGroups.map(({ title, keys }) => (
        <section key={title} aria-label={title}>
          <Title order={3} mt="sm">
            {title}
          </Title>
          <Table withRowBorders={false}>
            <Table.Tbody>
              {keys.map(([key, what]) => (
                <Table.Tr key={key}>
                  <Table.Td w={90}>
                    <Kbd>{key}</Kbd>
                  </Table.Td>
                  <Table.Td>{what}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      ))}
    </Modal>
  );
}
