import * as v from "valibot";
import {
	type GrantInfo,
	type GrantMade,
	type GrantRequest,
	grantListSchema,
	grantMadeSchema,
} from "../../signaling/protocol/grant.ts";
import type { Reason } from "../../signaling/protocol/messages.ts";
import { readRefusal } from "./link.ts";

/** What became of a request: its answer, or why there is none. */
export type Outcome<T> = { readonly value: T } | { readonly refused: Reason };

/** Makes a link to a device. */
export function makeLink(deviceId: string, request: GrantRequest): Promise<Outcome<GrantMade>> {
	return ask(grantsOf(deviceId), grantMadeSchema, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(request),
	});
}

/** The live links to a device, newest first. Refused with `not-allowed` for whoever does not own it. */
export async function liveLinks(deviceId: string): Promise<Outcome<readonly GrantInfo[]>> {
	const outcome = await ask(grantsOf(deviceId), grantListSchema, {});
	if ("refused" in outcome) return outcome;
	return { value: outcome.value.grants.toSorted((a, b) => b.created - a.created) };
}

/** Ends a link, and the visits of everybody who came by it. */
export function revokeLink(grantId: string): Promise<Outcome<undefined>> {
	return ask(`/api/grants/${grantId}`, v.undefined(), { method: "DELETE" });
}

function grantsOf(deviceId: string): string {
	return `/api/devices/${deviceId}/grants`;
}

async function ask<Schema extends v.GenericSchema>(
	path: string,
	schema: Schema,
	request: RequestInit,
): Promise<Outcome<v.InferOutput<Schema>>> {
	try {
		const response = await fetch(path, request);
		const body = response.status === 204 ? undefined : await response.json();
		return response.ok ? { value: v.parse(schema, body) } : { refused: readRefusal(body) };
	} catch {
		return { refused: readRefusal(undefined) };
	}
}
