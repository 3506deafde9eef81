import { Badge, Group } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { tembo } from "../../api/client.ts";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { Row, Rows } from "../kit/rows.tsx";
import { Panel } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";
import { browserOf } from "./browser-of.ts";

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
        {(query.data?.items ?? []).map(({ id, userAgent, createdAt, lastUsedAt, isCurrent }) => (
          <Row
            key={id}
            title={<span title={userAgent ?? undefined}>{browserOf(userAgent) ?? words.unknown}</span>}
            mark={
              isCurrent && (
                <Badge size="sm" variant="light">
                  {words.current}
                </Badge>
              )
            }
            about={
              <>
                {words.signedIn} <TimeAgo at={createdAt} />
                {lastUsedAt !== null && (
                  <>
                    {", "}
                    {words.lastUsed} <TimeAgo at={lastUsedAt} />
                  </>
                )}
              </>
            }
          />
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
