import { Button, Group, Modal, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Session } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";

const words = text.session.header;

export function DeleteDialog({
  session,
  isOpen,
  onClose,
}: {
  readonly session: Session;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => tembo.sessions.delete(session.id),
    onSuccess: async () => {
      await navigate({ to: "/sessions" });
      await client.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={words.deleteTitle}
      centered
      closeButtonProps={{ "aria-label": text.general.close }}
    >
      <Text size="sm" fw={600} dir="auto" style={{ overflowWrap: "anywhere" }}>
        {session.title}
      </Text>
      <Text size="sm" mt={8}>
        {words.deleteBody}
      </Text>
      {remove.isError && <Failed error={remove.error} />}
      <Group justify="flex-end" mt="lg" gap={8}>
        <Button variant="default" onClick={onClose} data-autofocus>
          {words.cancel}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {words.delete}
        </Button>
      </Group>
    </Modal>
  );
}
