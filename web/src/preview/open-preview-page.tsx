import { Loader, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLocation, useSearch } from "@tanstack/react-router";
import type { PreviewLink } from "@tembo-io/sdk";
import { useEffect } from "react";
import { tembo } from "../api/client.ts";
import { Refusal } from "../components/refusal.tsx";
import { SignInFrame } from "../sign-in/sign-in-frame.tsx";
import { text } from "../text/index.ts";

/** Page to which a preview sends a browser without access. Sends the browser back if the person has access. */
export function OpenPreviewPage() {
  const { host, path, challenge } = useSearch({ from: "/preview" });
  return (
    <Leave
      request={() => tembo.previews.open({ host, path, challenge })}
      requestKey={[host, path, challenge]}
    />
  );
}

/**
 * Page for a share link, which requires no account. The token follows the `#`, so the browser sends it neither when it
 * requests this page nor to the preview.
 */
export function SharedPreviewPage() {
  const token = useLocation({ select: ({ hash }) => hash });
  return <Leave request={() => tembo.previews.redeem({ token })} requestKey={[token]} />;
}

interface LeaveProps {
  readonly request: () => Promise<PreviewLink>;
  readonly requestKey: readonly unknown[];
}

/** Requests a link, and replaces this page with it. */
function Leave({ request, requestKey }: LeaveProps) {
  const { data, error } = useQuery({
    queryKey: ["preview-link", ...requestKey],
    queryFn: request,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  useEffect(() => {
    if (data !== undefined) location.replace(data.url);
  }, [data]);
  return (
    <SignInFrame title={text.preview.title}>
      {error === null ? (
        <Stack align="center" role="status">
          <Loader size="sm" />
          <Text size="sm">{text.preview.opening}</Text>
        </Stack>
      ) : (
        <Refusal error={error} />
      )}
    </SignInFrame>
  );
}
