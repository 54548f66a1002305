import * as v from "valibot";
import {
	type GrantInfo,
	type GrantMade,
	type GrantRequest,
	grantListSchema,
	grantMadeSchema,
} from "../../../signaling/protocol/grant.ts";
import { askServer, type Outcome } from "./api.ts";

/** Makes a link to a device. */
export function makeLink(deviceId: string, request: GrantRequest): Promise<Outcome<GrantMade>> {
	return askServer(grantsOf(deviceId), grantMadeSchema, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(request),
	});
}

/** The live links to a device, newest first. Refused with `not-allowed` to anybody but its owners. */
export async function liveLinks(deviceId: string): Promise<Outcome<readonly GrantInfo[]>> {
	const outcome = await askServer(grantsOf(deviceId), grantListSchema, {});
	if ("refused" in outcome) return outcome;
	return { value: outcome.value.grants.toSorted((a, b) => b.created - a.created) };
}

/** Revokes a link and disconnects everybody who came by it. */
export function revokeLink(grantId: string): Promise<Outcome<undefined>> {
	return askServer(`/api/grants/${grantId}`, v.undefined(), { method: "DELETE" });
}

function grantsOf(deviceId: string): `/${string}` {
	return `/api/devices/${deviceId}/grants`;
}
