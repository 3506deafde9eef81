import { Button, Text } from "@mantine/core";
import { IconWorldOff } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { tembo } from "../../api/client.ts";
import { egressQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import { allowHost, isHostAllowed } from "../allow-host.ts";
import type { ItemOf } from "../transcript/item.ts";
import classes from "./rows.module.css";

const words = text.session.egress;

/** A connection to a host that the network policy blocked. */
export function EgressRow({ item }: { readonly item: ItemOf<"egress"> }) {
  const { role } = usePerson();
  return (
    <article className={classes.card} aria-label={words.denied(item.host, item.port)}>
      <p className={classes.line}>
        <IconWorldOff size={15} className={classes.bad} aria-hidden />
        <bdi className={classes.words}>{words.denied(item.host, item.port)}</bdi>
      </p>
      <Text size="xs" c="dimmed" ms={23}>
        {item.reason === "notPublic" ? words.notPublic : words.notAllowed}{" "}
        {item.reason === "notAllowed" && role !== "org:admin" && words.askAdmin}
      </Text>
      {item.reason === "notAllowed" && role === "org:admin" && <Allow item={item} />}
    </article>
  );
}

function Allow({ item }: { readonly item: ItemOf<"egress"> }) {
  const { organizationId } = usePerson();
  const client = useQueryClient();
  const query = egressQuery(organizationId);
  const egress = useQuery(query);
  const allow = useMutation({
    // Fetches the setting again, because another user may have changed it meanwhile.
    mutationFn: async () =>
      tembo.organizations.egress.update(
        organizationId,
        allowHost(await tembo.organizations.egress.retrieve(organizationId), item),
      ),
    onSuccess: (setting) => client.setQueryData(query.queryKey, setting),
  });
  if (egress.data === undefined) return null;
  if (isHostAllowed(egress.data, item))
    return (
      <Text size="xs" ms={23} mt={4} className={classes.good} role="status">
        {words.allowed}
      </Text>
    );
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        ms={23}
        mt={6}
        loading={allow.isPending}
        onClick={() => allow.mutate()}
      >
        {words.allow}
      </Button>
      {allow.isError && <Failed error={allow.error} />}
    </>
  );
}
