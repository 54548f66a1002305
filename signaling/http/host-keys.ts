import * as v from "valibot";
import type { HostKeys } from "../auth/host-keys.ts";
import { notKept } from "../private-file.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { SignalingServer } from "../rooms/signaling-server.ts";
import { readJson } from "./request-body.ts";
import { sendJson } from "./responses.ts";
import type { Route } from "./router.ts";

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
			async handle({ params: [id = ""] }, response) {
				const { unsaved } = await hostKeys.revoke(id);
				signaling.dismissHost(id);
				if (unsaved) throw notKept(`The host key ${id}`, unsaved);
				response.writeHead(204).end();
			},
		},
	];
}
