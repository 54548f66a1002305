import type { ServerResponse } from "node:http";

/** Headers that scripts of other sites may read. */
const EXPOSED = "Location, ETag, Link, Accept-Patch, Accept-Post, Allow, Retry-After, WWW-Authenticate";

/** Lets scripts of any site read the answer (Fetch, 3.2). They have no cookies here: only a token says who they are. */
export function allowAnyOrigin(response: ServerResponse): void {
	response.setHeader("access-control-allow-origin", "*");
	response.setHeader("access-control-expose-headers", EXPOSED);
}
