import { Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Session } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
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
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={words.deleteTitle}
      confirm={words.delete}
      cancel={words.cancel}
      change={remove}
    >
      <Text size="sm" fw={600} dir="auto">
        {session.title}
      </Text>
      <Text size="sm" mt={8}>
        {words.deleteBody}
      </Text>
    </ConfirmDialog>
  );
}
