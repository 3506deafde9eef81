import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconArchive, IconArchiveOff, IconCopy, IconDots, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Agent } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { errorMessage } from "../../api/query-client.ts";
import { text } from "../../text/index.ts";
import { agentChanged } from "./agent-changed.ts";
import { DeleteAgent } from "./delete-agent.tsx";

export function AgentMenu({ agent }: { readonly agent: Agent }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [isDeleting, { open, close }] = useDisclosure(false);
  const isArchived = agent.archivedAt !== null;
  const onError = (error: unknown) =>
    notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) });
  const archive = useMutation({
    mutationFn: () => tembo.agents.update(agent.id, { archived: !isArchived }),
    onSuccess: () => agentChanged(queryClient, agent.id),
    onError,
  });
  const copy = useMutation({
    mutationFn: () => tembo.agents.create({ sourceAgentId: agent.id }),
    onSuccess: async ({ id }) => {
      void agentChanged(queryClient, id);
      await navigate({ to: "/agents/$agentId", params: { agentId: id } });
    },
    onError,
  });
  return (
    <>
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={text.agents.actions}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={() => copy.mutate()}>
            {text.agents.copy}
          </Menu.Item>
          <Menu.Item
            leftSection={
              isArchived ? <IconArchiveOff size={16} aria-hidden /> : <IconArchive size={16} aria-hidden />
            }
            onClick={() => archive.mutate()}
          >
            {isArchived ? text.agents.unarchive : text.agents.archive}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={open}>
            {text.agents.delete.action}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DeleteAgent agent={agent} isOpen={isDeleting} onClose={close} />
    </>
  );
}
