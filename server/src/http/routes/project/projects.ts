import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { Ports } from "../../../core/ports.ts";
import {
  addProjectSchedule,
  createProject,
  deleteProject,
  deleteVariable,
  getProject,
  getProjectSchedule,
  setProjectDefaults,
  setVariables,
  updateProject,
  updateProjectSchedule,
} from "../../../core/sessions/index.ts";
import { route } from "../../route.ts";
import { toNewProject, toProjectChange, toScheduleChange } from "./project-fields.ts";
import { projectScheduleView, projectView, variablesView } from "./project-view.ts";

/** Serves projects, with their variables and schedules. */
export function projectRoutes(app: FastifyInstance, ports: Ports): void {
  const { store } = ports;

  route(app, operations.projectList, async ({ organizationId, query }) => {
    const { cursor, limit, defaultOnly, search } = query;
    const { items, nextCursor } = await store.projects.list(organizationId, {
      limit,
      ...(cursor !== undefined && { cursor }),
      ...(search !== undefined && { search }),
      ...(defaultOnly === true && { isDefault: true }),
    });
    const hasBuiltSnapshot = await store.projects.hasSnapshot(organizationId);
    return { hasBuiltSnapshot, items: items.map(projectView), nextCursor };
  });

  route(app, operations.projectCreate, async ({ organizationId, body }) => {
    const { schedule, runNow } = body;
    const { project, buildId } = await createProject(ports, organizationId, toNewProject(body), {
      ...(schedule !== undefined && { schedule: toScheduleChange(schedule) }),
      isBuilt: runNow === true,
    });
    return {
      project: projectView({
        ...project,
        activeSnapshot: null,
        lastBuild: buildId === null ? null : { id: buildId, status: "pending", createdAt: project.createdAt },
      }),
      jobIds: buildId === null ? [] : [buildId],
    };
  });

  route(app, operations.projectDefaultsUpdate, async ({ organizationId, body }) =>
    setProjectDefaults(ports, organizationId, body),
  );

  route(app, operations.projectRetrieve, async ({ organizationId, params }) =>
    projectView(await getProject(ports, organizationId, params.projectId)),
  );

  route(app, operations.projectUpdate, async ({ organizationId, params, body }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    await updateProject(ports, { organizationId, id }, toProjectChange(body));
    return projectView(await getProject(ports, organizationId, id));
  });

  route(app, operations.projectDelete, async ({ organizationId, params }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    await deleteProject(ports, { organizationId, id });
    return { id, deleted: true as const };
  });

  route(app, operations.projectVariableList, async ({ organizationId, params }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    return variablesView(await store.projectVariables.list(id));
  });
  route(app, operations.projectVariableCreate, async ({ organizationId, params, body }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    const variables = body.secrets.map(({ key, value, scope }) => ({ key, value, ...(scope && { scope }) }));
    return variablesView(await setVariables(ports, { organizationId, id }, variables));
  });
  route(app, operations.projectVariableDelete, async ({ organizationId, params }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    await deleteVariable(ports, { organizationId, id }, params.key);
    return { key: params.key, deleted: true as const };
  });

  route(app, operations.projectScheduleList, async ({ organizationId, params, query }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    const { limit, cursor } = query;
    const page = { limit, ...(cursor !== undefined && { cursor }) };
    const { items, nextCursor } = await store.projectSchedules.list(id, page);
    return { items: items.map(projectScheduleView), nextCursor };
  });
  route(app, operations.projectScheduleCreate, async ({ organizationId, params, body }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    return projectScheduleView(
      await addProjectSchedule(ports, { organizationId, id }, toScheduleChange(body)),
    );
  });
  route(app, operations.projectScheduleRetrieve, async ({ organizationId, params }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    return projectScheduleView(await getProjectSchedule(ports, id, params.scheduleId));
  });
  route(app, operations.projectScheduleUpdate, async ({ organizationId, params, body }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    const change = toScheduleChange(body);
    return projectScheduleView(
      await updateProjectSchedule(ports, { organizationId, id }, params.scheduleId, change),
    );
  });
  route(app, operations.projectScheduleDelete, async ({ organizationId, params }) => {
    const project = await getProject(ports, organizationId, params.projectId);
    const change = { isEnabled: false };
    const { id } = await updateProjectSchedule(ports, project, params.scheduleId, change);
    return { id, deleted: true as const };
  });
}
