import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import {
  IconArchive,
  IconArchiveOff,
  IconBell,
  IconCopy,
  IconDots,
  IconGitFork,
  IconLock,
  IconTrash,
  IconUsers,
} from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Session } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { errorMessage } from "../../api/query-client.ts";
import { useArchive } from "../../sessions/use-archive.ts";
import { text } from "../../text/index.ts";
import type { Connection } from "../feed/session-feed.ts";
import { authorQuery, sessionQuery } from "../session-query.ts";
import type { Transcript } from "../transcript/draft.ts";
import { useDesktopNotifications } from "../use-desktop-notifications.ts";
import { DeleteDialog } from "./delete-dialog.tsx";

const words = text.session.header;
const onError = (error: Error) =>
  notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) });

export function SessionMenu({
  session,
  transcript,
  connection,
}: {
  readonly session: Session;
  readonly transcript: Transcript;
  readonly connection: Connection;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isDeleting, deleting] = useDisclosure(false);
  const { data: author } = useQuery(authorQuery(session.id));
  const desktopNotifications = useDesktopNotifications(session, transcript, connection);
  const fork = useMutation({
    mutationFn: () => tembo.sessions.fork(session.id),
    onSuccess: ({ id }) => navigate({ to: "/sessions/$sessionId", params: { sessionId: id } }),
    onError,
  });
  const share = useMutation({
    mutationFn: (visibility: Session["visibility"]) => tembo.sessions.update(session.id, { visibility }),
    onSuccess: (changed) => client.setQueryData(sessionQuery(session.id).queryKey, changed),
    onError,
  });
  const archive = useArchive();
  const isArchived = session.archivedAt !== null;
  const Archive = isArchived ? IconArchiveOff : IconArchive;
  const copyLink = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      notifications.show({ message: words.linkCopied });
    } catch (error) {
      onError(error as Error);
    }
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={words.menu} loading={fork.isPending}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {desktopNotifications.isPossible && (
            <Menu.Item
              leftSection={<IconBell size={15} aria-hidden />}
              onClick={() => void desktopNotifications.toggle()}
            >
              {desktopNotifications.isOn ? words.turnOffNotifications : words.turnOnNotifications}
            </Menu.Item>
          )}
          {"clipboard" in navigator && (
            <Menu.Item leftSection={<IconCopy size={15} aria-hidden />} onClick={() => void copyLink()}>
              {words.copyLink}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconGitFork size={15} aria-hidden />} onClick={() => fork.mutate()}>
            {words.fork}
          </Menu.Item>
          {session.visibility === "public" && author?.isYou === true && (
            <Menu.Item
              leftSection={<IconLock size={15} aria-hidden />}
              onClick={() => share.mutate("private")}
            >
              {words.makePrivate}
            </Menu.Item>
          )}
          {session.visibility === "private" && (
            <Menu.Item
              leftSection={<IconUsers size={15} aria-hidden />}
              onClick={() => share.mutate("public")}
            >
              {words.makePublic}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<Archive size={15} aria-hidden />} onClick={() => archive.mutate(session)}>
            {isArchived ? words.unarchive : words.archive}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={15} aria-hidden />} onClick={deleting.open}>
            {words.delete}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DeleteDialog session={session} isOpen={isDeleting} onClose={deleting.close} />
    </>
  );
}
