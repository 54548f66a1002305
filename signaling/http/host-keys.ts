import * as v from "valibot";
import type { HostKeys } from "../auth/host-keys.ts";
import { notKept } from "../private-file.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { SignalingServer } from "../rooms/signaling-server.ts";
import { readJson } from "./request-body.ts";
import { sendJson } from "./responses.ts";
import type { Route } from "./router.ts";

/** Answer of `GET /api/host-keys`. */
export const hostKeyListSchema = v.object({
	hostKeys: v.array(
		v.object({
			id: v.string(),
			label: v.string(),
			created: v.number(),
			online: v.boolean(),
			host: v.optional(v.object({ name: v.string(), prefix: v.string() })),
		}),
	),
});
/** Answer of `POST /api/host-keys`; the only time that the key is told. */
export const hostKeyMadeSchema = v.object({ id: v.string(), key: v.string() });

const bodySchema = v.object({
	label: v.optional(v.pipe(v.string(), v.trim(), v.regex(/^\P{C}*$/u), v.maxLength(80)), ""),
});

/**
 * Keys for hosts, for whoever owns every device: `GET /api/host-keys` lists them (never the keys themselves),
 * `POST /api/host-keys {label?}` makes one and answers 201 `{id, key}`, `DELETE /api/host-keys/:id` revokes one and
 * sends its host away.
 */
export function hostKeyRoutes(
	hostKeys: HostKeys,
	signaling: Pick<SignalingServer, "hostIsHere" | "dismissHost">,
): Route[] {
	return [
		{
			method: "GET",
			path: /^\/api\/host-keys$/,
			for: "owner",
			api: {
				path: "/api/host-keys",
				summary: "The keys with which hosts dial in, without the keys themselves",
				answers: { 200: { means: "The keys.", content: { schema: hostKeyListSchema } } },
			},
			handle(_request, response) {
				const list = hostKeys.list().map(({ id, label, created, bound }) => ({
					id,
					label,
					created,
					online: signaling.hostIsHere(id),
					...(bound && { host: { name: bound.name, prefix: `${bound.slug}.` } }),
				}));
				sendJson(response, 200, { hostKeys: list });
			},
		},
		{
			method: "POST",
			path: /^\/api\/host-keys$/,
			for: "owner",
			api: {
				path: "/api/host-keys",
				summary: "Makes a key for a host",
				body: { schema: bodySchema },
				answers: { 201: { means: "The key, told only now.", content: { schema: hostKeyMadeSchema } } },
			},
			async handle({ message }, response) {
				const body = v.safeParse(bodySchema, await readJson(message));
				if (!body.success) {
					throw new PortholeError("bad-request", "The body must be {label?}, of at most 80 characters.");
				}
				sendJson(response, 201, await hostKeys.issue(body.output.label));
			},
		},
		{
			method: "DELETE",
			path: /^\/api\/host-keys\/([a-f0-9]{8})$/,
			for: "owner",
			api: {
				path: "/api/host-keys/{hostKeyId}",
				summary: "Revokes a key and sends its host away",
				answers: { 204: { means: "It is over." } },
			},
			async handle({ params: [id = ""] }, response) {
				const { unsaved } = await hostKeys.revoke(id);
				signaling.dismissHost(id);
				if (unsaved) throw notKept(`The host key ${id}`, unsaved);
				response.writeHead(204).end();
			},
		},
	];
}
