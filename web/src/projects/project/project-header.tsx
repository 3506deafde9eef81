import { ActionIcon, Group, Menu, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconTrash } from "@tabler/icons-react";
import type { Project } from "@tembo-io/sdk";
import { useIsAdmin } from "../../settings/kit/section.tsx";
import { projectsText } from "../../text/projects/index.ts";
import { BuildButton } from "../builds/build-button.tsx";
import { ProjectIcon } from "../project-icon.tsx";
import { DeleteProject } from "./delete-project.tsx";
import classes from "./project-page.module.css";

const words = projectsText;

export function ProjectHeader({ project }: { readonly project: Project }) {
  const { icon, color, name, description } = project;
  return (
    <Group component="header" className={classes.header} justify="space-between" gap="sm">
      <Group gap="sm" wrap="nowrap" className={classes.title}>
        <ProjectIcon icon={icon} color={color} size={32} />
        <div className={classes.words}>
          <Title order={1} dir="auto" lineClamp={2}>
            {name}
          </Title>
          {description !== null && (
            <Text size="sm" c="dimmed" dir="auto" lineClamp={2}>
              {description}
            </Text>
          )}
        </div>
      </Group>
      <Group gap="sm" wrap="nowrap">
        <BuildButton projectId={project.id} />
        {useIsAdmin() && <ProjectMenu project={project} />}
      </Group>
    </Group>
  );
}

function ProjectMenu({ project }: { readonly project: Project }) {
  const [isDeleting, { open, close }] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={words.actions}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={open}>
            {words.delete.action}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DeleteProject project={project} isOpen={isDeleting} onClose={close} />
    </>
  );
}
