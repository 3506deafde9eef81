import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Agent } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
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
      await navigate({ to: "/agents" });
      queryClient.removeQueries({ queryKey: ["agent", agent.id] });
      await queryClient.invalidateQueries({ queryKey: ["agents"] });
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
          {body(agent.name)}
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
