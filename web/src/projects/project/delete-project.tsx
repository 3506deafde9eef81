import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Project } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
import { text } from "../../text/index.ts";
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
      await navigate({ to: "/projects", ignoreBlocker: true });
      queryClient.removeQueries({ queryKey: ["project", project.id] });
      await queryClient.invalidateQueries({ queryKey: ["projects"] });
    },
  });
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": text.general.close }}
    >
      <Stack>
        <Text size="sm" dir="auto" style={{ overflowWrap: "anywhere" }}>
          {body(project.name)}
        </Text>
        <Refusal error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {cancel}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
