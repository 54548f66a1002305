import type { TLSSocket } from "node:tls";
import * as v from "valibot";
import type { Access } from "../grants/access.ts";
import type { Exchange } from "../grants/exchange.ts";
import { rightsBy } from "../grants/grant.ts";
import { ownerRights, type Rights } from "../grants/rights.ts";
import { PortholeError } from "../protocol/errors.ts";
import { type Session, sessionRequestSchema } from "../protocol/grant.ts";
import { readJson, sendJson } from "./responses.ts";
import type { Route } from "./route.ts";

/**
 * `POST /api/session {token, pin?}`: exchanges the owner's token, or a grant, for a cookie, so that links without it
 * work in this browser. Refuses a grant as `Exchange.open` does: `needs-pin` asks for the same again with its PIN.
 */
export function sessionRoute(access: Access, exchange: Exchange): Route {
	return {
		method: "POST",
		path: /^\/api\/session$/,
		for: "anyone",
		async handle({ message, address }, response) {
			const body = v.safeParse(sessionRequestSchema, await readJson(message));
			if (!body.success) throw new PortholeError("bad-request", "The body must be {token, pin?}.");
			const { token, pin } = body.output;
			const secure = (message.socket as TLSSocket).encrypted === true;
			if (access.isOwnerToken(token)) {
				response.setHeader("set-cookie", access.ownerCookie(secure));
				return sendJson(response, 200, sessionOf(ownerRights));
			}
			const { cookie } = message.headers;
			const grant = await exchange.open({ token, pin, cookie, address });
			response.setHeader("set-cookie", access.grantCookies(grant, cookie, secure));
			sendJson(response, 200, sessionOf(rightsBy(grant)));
		},
	};
}

function sessionOf({ role, devices, expires, label }: Rights): Session {
	return {
		role,
		devices: devices === "all" ? devices : [...devices],
		...(expires === undefined ? {} : { expires }),
		label,
	};
}
