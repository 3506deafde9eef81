import { Button, Group, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { userSettingsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { Refusal } from "../../components/refusal.tsx";
import { useChange } from "../../settings/kit/use-change.ts";
import { text } from "../../text/index.ts";
import { type SessionsSearch, withFilters } from "../sessions-search.ts";
import {
  addView,
  findView,
  MAX_NAME_LENGTH,
  MAX_VIEWS,
  type SavedView,
  viewsOf,
  withoutView,
} from "./saved-views.ts";

const words = text.sessions.views;

/** Menu with the person's saved views. Renders nothing if there is no view and nothing to save. */
export function ViewsMenu({ filters }: { readonly filters: SessionsSearch }) {
  const { id } = usePerson();
  const { data: settings } = useQuery(userSettingsQuery(id));
  const navigate = useNavigate({ from: "/sessions" });
  const [isNaming, naming] = useDisclosure(false);
  const save = useChange(
    (savedViews: readonly SavedView[]) =>
      tembo.users.settings.update(id, {
        dashboardPreferences: {
          ...settings?.dashboardPreferences,
          savedViews: savedViews.map((view) => ({ name: view.name, filters: { ...view.filters } })),
        },
      }),
    { stale: [userSettingsQuery(id).queryKey], onDone: naming.close },
  );
  const views = viewsOf(settings);
  const isFiltered = Object.keys(filters).length > 0;
  if (settings === undefined || (views.length === 0 && !isFiltered)) return null;
  const shown = isFiltered ? findView(views, filters) : null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            maw={140}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            <Text inherit truncate>
              {shown?.name ?? words.title}
            </Text>
          </Button>
        </Menu.Target>
        <Menu.Dropdown maw="min(20rem, calc(100vw - 2rem))" style={{ overflowWrap: "anywhere" }}>
          {views.map((view) => (
            <Menu.Item
              key={view.name}
              aria-current={view === shown || undefined}
              rightSection={view === shown && <IconCheck size={14} aria-hidden />}
              onClick={() => void navigate({ search: withFilters(view.filters) })}
            >
              {view.name}
            </Menu.Item>
          ))}
          {views.length > 0 && isFiltered && <Menu.Divider />}
          {shown !== null && (
            <Menu.Item onClick={() => save.mutate(withoutView(views, shown.name))}>{words.remove}</Menu.Item>
          )}
          {shown === null && isFiltered && (
            <Menu.Item disabled={views.length >= MAX_VIEWS} onClick={naming.open}>
              {words.save}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isNaming && (
        <NameDialog
          error={save.error}
          isSaving={save.isPending}
          onSave={(name) => save.mutate(addView(views, { name, filters }))}
          onClose={naming.close}
        />
      )}
    </>
  );
}

function NameDialog({
  error,
  isSaving,
  onSave,
  onClose,
}: {
  readonly error: Error | null;
  readonly isSaving: boolean;
  readonly onSave: (name: string) => void;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState("");
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.save}
      centered
      closeButtonProps={{ "aria-label": text.general.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSave(name.trim());
        }}
      >
        <Stack>
          <TextInput
            label={words.name}
            description={words.about}
            value={name}
            maxLength={MAX_NAME_LENGTH}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            data-autofocus
          />
          <Refusal error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {text.session.header.cancel}
            </Button>
            <Button type="submit" loading={isSaving} disabled={name.trim() === ""}>
              {words.saveName}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
