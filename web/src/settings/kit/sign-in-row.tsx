import { Badge } from "@mantine/core";
import type { SignInList } from "@tembo-io/sdk";
import type { ReactNode } from "react";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { parseBrowser } from "./parse-browser.ts";
import { Row } from "./rows.tsx";

export type SignIn = SignInList["items"][number];
const words = settingsText.signIn;

/** Row for a browser sign-in of the user or of a member. */
export function SignInRow({ signIn, children }: { readonly signIn: SignIn; readonly children?: ReactNode }) {
  const { userAgent, address, createdAt, lastUsedAt, isCurrent } = signIn;
  return (
    <Row
      title={<span title={userAgent ?? undefined}>{browserName(signIn)}</span>}
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
              {" · "}
              {words.lastUsed} <TimeAgo at={lastUsedAt} />
            </>
          )}
          {address !== null && ` · ${address}`}
        </>
      }
    >
      {children}
    </Row>
  );
}

export function browserName({ userAgent }: SignIn): string {
  return parseBrowser(userAgent) ?? words.unknown;
}
