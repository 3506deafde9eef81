import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  changeRole,
  confirmAddress,
  endSignIn,
  endSignIns,
  getMember,
  inviteMember,
  removeMember,
} from "../../../core/accounts/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { ownOrganization } from "../organization/own-organization.ts";
import { signInView } from "../sign-in/sign-in-view.ts";
import { accountView, memberView, roleOf } from "./member-view.ts";

export function memberRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.memberList, async (request) => {
    const { limit, cursor, search, status } = request.query;
    const { items, nextCursor } = await ports.store.members.list(ownOrganization(request), {
      limit,
      isPending: status === "pending",
      ...(cursor !== undefined && { cursor }),
      ...(search !== undefined && { search }),
    });
    return { items: items.map(memberView), nextCursor };
  });

  route(app, operations.memberCreate, async (request) => {
    const { emailAddress, role } = request.body;
    const invitation = { email: emailAddress, role: roleOf(role) };
    return memberView(await inviteMember(ports, ownOrganization(request), invitation));
  });

  route(app, operations.memberRetrieve, async (request) =>
    memberView(await getMember(ports.store, ownOrganization(request), request.params.memberId)),
  );

  route(app, operations.memberUpdate, async (request) => {
    const place = { organizationId: ownOrganization(request), id: request.params.memberId };
    return memberView(await changeRole(ports, place, roleOf(request.body.role)));
  });

  route(app, operations.memberDelete, async (request) => {
    const { memberId } = request.params;
    await removeMember(ports, { organizationId: ownOrganization(request), id: memberId });
    return { id: memberId, deleted: true as const };
  });

  route(app, operations.memberAccountRetrieve, async (request) =>
    accountView(await getMember(ports.store, ownOrganization(request), request.params.memberId)),
  );

  route(app, operations.memberAddressConfirm, async (request) => {
    const place = { organizationId: ownOrganization(request), id: request.params.memberId };
    return accountView(await confirmAddress(ports, place, request.body.emailAddress));
  });

  route(app, operations.memberSignInList, async (request) => {
    const organizationId = ownOrganization(request);
    const { userId } = await getMember(ports.store, organizationId, request.params.memberId);
    const all = userId === null ? [] : await ports.store.signIns.list(userId);
    const here = all.filter((signIn) => signIn.organizationId === organizationId);
    return { items: here.map((signIn) => signInView(signIn, request.caller)) };
  });

  route(app, operations.memberSignInDelete, async (request) => {
    const { memberId, signInId } = request.params;
    await endSignIn(ports, { organizationId: ownOrganization(request), id: memberId }, signInId);
    return { id: signInId, deleted: true as const };
  });

  route(app, operations.memberSignInDeleteAll, async (request) => {
    const { memberId } = request.params;
    await endSignIns(ports, { organizationId: ownOrganization(request), id: memberId });
    return { id: memberId, deleted: true as const };
  });
}
