import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Project } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { projectsText } from "../../text/projects/index.ts";

const { title, body, confirm, cancel } = projectsText.delete;

export function DeleteProject({
  project,
  isOpen,
  onClose,
}: {
  readonly project: Project;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => tembo.projects.delete(project.id),
    onSuccess: async () => {
      // Unsaved edits of a deleted project have no use.
      await navigate({ to: "/projects", ignoreBlocker: true });
      queryClient.removeQueries({ queryKey: ["project", project.id] });
      await queryClient.invalidateQueries({ queryKey: ["projects"] });
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
      {body(project.name)}
    </ConfirmDialog>
  );
}
