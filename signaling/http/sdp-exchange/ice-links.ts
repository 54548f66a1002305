import type { IceServer } from "../../protocol/messages.ts";

/** `Link` header values that tell clients of STUN and TURN servers (RFC 9725, 4.6). */
export function iceLinks(servers: readonly IceServer[]): string[] {
	return servers.map(
		({ urls, username, credential }) =>
			`<${urls}>; rel="ice-server"; username=${quoted(username)}; credential=${quoted(credential)}; ` +
			'credential-type="password"',
	);
}

/** RFC 9110, 5.6.4. */
function quoted(text: string): string {
	return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
