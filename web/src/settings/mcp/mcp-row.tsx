import { Badge, Button } from "@mantine/core";
import type { McpConnectionList } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { Row } from "../kit/rows.tsx";
import { useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.mcp;

export function McpRow({ connection }: { readonly connection: McpConnectionList["items"][number] }) {
  const { id, name, type, visibility, serverUrl, connectedAt } = connection;
  const isAdmin = useIsAdmin();
  const stale = [["mcp-connections"]];
  const test = useChange(() => tembo.mcpConnections.test(id), { stale, done: words.testDone });
  const authorize = useChange(() => tembo.mcpConnections.authorize(id), {
    stale,
    onDone: ({ authorizationUrl }) => {
      if (authorizationUrl !== null) location.assign(authorizationUrl);
    },
  });
  const remove = useChange(() => tembo.mcpConnections.delete(id), { stale });
  const isMine = isAdmin || visibility === "personal";
  const isRemote = type === "remote";
  return (
    <Row
      title={name}
      mark={
        visibility === "personal" && (
          <Badge size="sm" variant="default">
            {words.personal}
          </Badge>
        )
      }
      about={
        <>
          {serverUrl ?? words.types.stdio}
          {isRemote && " · "}
          {isRemote && connectedAt === null && words.notConnected}
          {isRemote && connectedAt !== null && (
            <>
              {words.connected} <TimeAgo at={connectedAt} />
            </>
          )}
        </>
      }
    >
      {isRemote && (
        <Button
          variant="subtle"
          size="xs"
          aria-label={settingsText.testOf(name)}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          {settingsText.test}
        </Button>
      )}
      {isRemote && isMine && connectedAt === null && (
        <Button
          variant="subtle"
          size="xs"
          aria-label={words.connectOf(name)}
          loading={authorize.isPending}
          onClick={() => authorize.mutate()}
        >
          {words.connect}
        </Button>
      )}
      {isMine && (
        <ConfirmButton
          label={settingsText.delete}
          name={settingsText.deleteOf(name)}
          question={words.deleteQuestion(name)}
          consequence={words.deleteConsequence}
          change={remove}
        />
      )}
      <Refusal error={test.error ?? authorize.error} />
    </Row>
  );
}
