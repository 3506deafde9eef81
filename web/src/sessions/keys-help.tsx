import { Kbd, Modal, Table } from "@mantine/core";
import { text } from "../text/index.ts";

/** List of keyboard shortcuts on this page. */
export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.general.keys}
      closeButtonProps={{ "aria-label": text.general.close }}
      size="sm"
    >
      <Table withRowBorders={false}>
        <Table.Tbody>
          {text.sessions.keys.map(([key, what]) => (
            <Table.Tr key={key}>
              <Table.Td w={80}>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
