import type { IncomingMessage } from "node:http";
import type { Credentials } from "../../../signaling/auth/access.ts";

/**
 * What a request shows: a browser's cookie, a token as `Authorization: Bearer`, or one as the password of `Authorization:
 * Basic`, whatever the user's name, as clients send it that know no more than a URL (RFC 7617).
 */
export function credentialsOf({ headers }: Pick<IncomingMessage, "headers">): Credentials {
	const [, scheme = "", value = ""] =
		/^(Bearer|Basic) (\S{1,6000})$/i.exec(headers.authorization ?? "") ?? [];
	if (scheme === "") return { cookie: headers.cookie };
	return { token: scheme.toLowerCase() === "bearer" ? value : passwordIn(value), cookie: headers.cookie };
}

function passwordIn(encoded: string): string {
	const text = Buffer.from(encoded, "base64").toString("utf8");
	return text.slice(text.indexOf(":") + 1);
}
