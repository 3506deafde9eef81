import { Group } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { Rows } from "../kit/rows.tsx";
import { Panel } from "../kit/section.tsx";
import { SignInRow } from "../kit/sign-in-row.tsx";
import { useChange } from "../kit/use-change.ts";

export const signInsKey = ["sign-ins"];
const words = settingsText.account.signIns;

export function SignInsPanel() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const query = useQuery({ queryKey: signInsKey, queryFn: ({ signal }) => tembo.signIn.list({ signal }) });
  const signOut = useChange(() => tembo.signIn.deleteAll(), {
    stale: [],
    onDone: () => {
      queryClient.clear();
      void navigate({ to: "/sign-in" });
    },
  });
  return (
    <Panel title={words.title} about={words.about}>
      <Rows query={query} label={words.label} empty={words.empty}>
        {(query.data?.items ?? []).map((signIn) => (
          <SignInRow key={signIn.id} signIn={signIn} />
        ))}
      </Rows>
      <Group justify="flex-end">
        <ConfirmButton
          label={words.everywhere}
          question={words.question}
          consequence={words.consequence}
          change={signOut}
          variant="light"
          size="sm"
        />
      </Group>
    </Panel>
  );
}
