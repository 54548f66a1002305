import * as v from "valibot";
import { type Reason, reasonSchema } from "../../signaling/protocol/messages.ts";

const refusalSchema = v.object({ error: reasonSchema });

const unreachable: Reason = {
	code: "unreachable",
	message: "Porthole does not answer. Check the connection and try again.",
};

/**
 * Trades the owner's token or a link's grant for an HttpOnly cookie, so that later visits and stills need none. Returns
 * why not; `unreachable` when there was no answer to read.
 */
export async function exchange(token: string, pin?: string): Promise<Reason | undefined> {
	try {
		const response = await fetch("/api/session", {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ token, pin }),
		});
		return response.ok ? undefined : readRefusal(await response.json());
	} catch {
		return unreachable;
	}
}

/** Why the server refused, from the body of its answer. */
export function readRefusal(body: unknown): Reason {
	const parsed = v.safeParse(refusalSchema, body);
	return parsed.success ? parsed.output.error : unreachable;
}

/** Refusals of a link that may yet be opened with the right PIN. */
export function wantsPin(code: string): boolean {
	return code === "needs-pin" || code === "wrong-pin";
}

/** Whether a fragment such as `#grant=…` or `#token=…` opens something. */
export function isLink(fragment: string): boolean {
	return /^#(.*&)?(grant|token)=./.test(fragment);
}
