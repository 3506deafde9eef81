import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Agent } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { text } from "../../text/index.ts";

const { title, body, confirm, cancel } = text.agents.delete;

export function DeleteAgent({
  agent,
  isOpen,
  onClose,
}: {
  readonly agent: Agent;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => tembo.agents.delete(agent.id),
    onSuccess: async () => {
      // Unsaved edits of a deleted agent have no use.
      await navigate({ to: "/agents", ignoreBlocker: true });
      queryClient.removeQueries({ queryKey: ["agent", agent.id] });
      await queryClient.invalidateQueries({ queryKey: ["agents"] });
    },
  });
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={title}
      confirm={confirm}
      cancel={cancel}
      change={remove}
    >
      {body(agent.name)}
    </ConfirmDialog>
  );
}
