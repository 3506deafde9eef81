import { Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { OrganizationMember } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { Rows } from "../kit/rows.tsx";
import { browserName, type SignIn, SignInRow } from "../kit/sign-in-row.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.members.signIns;

interface Whose {
  readonly member: OrganizationMember;
  readonly name: string;
}

/** Button that opens a member's list of sign-ins, for admins. */
export function MemberSignIns({ member, name }: Whose) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="subtle" size="xs" aria-label={words.openOf(name)} onClick={open}>
        {words.open}
      </Button>
      <Drawer
        opened={isOpen}
        onClose={close}
        title={words.title(name)}
        position="right"
        size="lg"
        closeButtonProps={{ "aria-label": settingsText.close }}
      >
        <SignInList member={member} name={name} />
      </Drawer>
    </>
  );
}

function SignInList({ member: { id, userId }, name }: Whose) {
  const person = usePerson();
  const { organizationId } = person;
  const key = ["members", "sign-ins", id];
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => tembo.organizations.members.listSignIns(organizationId, id, { signal }),
  });
  const endAll = useChange(() => tembo.organizations.members.endSignIns(organizationId, id), {
    stale: [key],
    done: words.allEnded,
  });
  const signIns = query.data?.items ?? [];
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {words.about}
      </Text>
      <Rows query={query} label={words.title(name)} empty={words.empty}>
        {signIns.map((signIn) => (
          <SignInRow key={signIn.id} signIn={signIn}>
            {!signIn.isCurrent && <EndButton memberId={id} signIn={signIn} />}
          </SignInRow>
        ))}
      </Rows>
      {signIns.length > 0 && userId !== person.id && (
        <Group justify="flex-end">
          <ConfirmButton
            label={words.endAll}
            question={words.endAllQuestion(name)}
            consequence={words.endAllConsequence}
            change={endAll}
            variant="light"
            size="sm"
          />
        </Group>
      )}
    </Stack>
  );
}

function EndButton({ memberId, signIn }: { readonly memberId: string; readonly signIn: SignIn }) {
  const { organizationId } = usePerson();
  const end = useChange(() => tembo.organizations.members.endSignIn(organizationId, memberId, signIn.id), {
    stale: [["members", "sign-ins", memberId]],
  });
  const browser = browserName(signIn);
  return (
    <ConfirmButton
      label={words.end}
      name={words.endOf(browser)}
      question={words.endQuestion}
      consequence={words.endConsequence(browser)}
      change={end}
    />
  );
}
