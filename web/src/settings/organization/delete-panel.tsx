import { Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Organization } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { Panel, useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.organization.delete;

export function DeletePanel({ organization }: { readonly organization: Organization }) {
  const isAdmin = useIsAdmin();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const change = useChange(() => tembo.organizations.delete(organization.id), {
    stale: [],
    onDone: () => {
      queryClient.clear();
      void navigate({ to: "/sign-in" });
    },
  });
  if (!isAdmin) return null;
  return (
    <Panel title={words.title} about={words.about}>
      <Group justify="flex-end">
        <ConfirmButton
          label={words.label}
          question={words.question(organization.name)}
          consequence={words.consequence}
          change={change}
          variant="light"
          size="sm"
        />
      </Group>
    </Panel>
  );
}
