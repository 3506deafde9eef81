import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconHammer } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { tembo } from "../../api/client.ts";
import { errorMessage } from "../../api/query-client.ts";
import { text } from "../../text/index.ts";
import { projectsText } from "../../text/projects/index.ts";
import { projectChanged } from "../projects-query.ts";

/** Button that requests a build and opens its log. */
export function BuildButton({ projectId }: { readonly projectId: string }) {
  const build = useRequestBuild(projectId);
  return (
    <Button
      variant="default"
      leftSection={<IconHammer size={16} aria-hidden />}
      loading={build.isPending}
      onClick={() => build.mutate(null)}
    >
      {projectsText.build}
    </Button>
  );
}

/**
 * Returns a mutation that requests a build and then opens its log. Its argument is the ID of an environment to build
 * again, or null for the project's settings.
 */
export function useRequestBuild(projectId: string) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (snapshotId: string | null) =>
      tembo.projects.builds.create(projectId, snapshotId === null ? {} : { snapshotId }),
    onSuccess: async ({ jobIds: [build] }) => {
      void projectChanged(queryClient, projectId);
      await navigate({
        to: "/projects/$projectId",
        params: { projectId },
        search: { tab: "builds", ...(build !== undefined && { build }) },
      });
    },
    onError: (error) =>
      notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) }),
  });
}
