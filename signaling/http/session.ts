import type { TLSSocket } from "node:tls";
import * as v from "valibot";
import type { Access } from "../grants/access.ts";
import { PortholeError } from "../protocol/errors.ts";
import { readJson, sendJson } from "./responses.ts";
import type { Route } from "./route.ts";

const bodySchema = v.object({ token: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) });

/** `POST /api/session {token}`: exchanges a token for a cookie, so that links without it work in this browser. */
export function sessionRoute(access: Access): Route {
	return {
		method: "POST",
		path: /^\/api\/session$/,
		for: "anyone",
		async handle({ message }, response) {
			const body = v.safeParse(bodySchema, await readJson(message));
			if (!body.success) throw new PortholeError("bad-request", "The body must be {token}.");
			const role = access.roleOf({ token: body.output.token });
			if (!role) throw new PortholeError("wrong-token", "This token is not, or no longer, good here.");
			const secure = (message.socket as TLSSocket).encrypted === true;
			response.setHeader("set-cookie", access.cookieFor(role, secure));
			sendJson(response, 200, { role });
		},
	};
}
