import * as v from "valibot";
import { type Reason, reasonSchema } from "../../../signaling/protocol/messages.ts";
import { serverPath } from "../urls.ts";

/** The answer to a request, or why there is none. */
export type Outcome<T> = { readonly value: T } | { readonly refused: Reason };

const refusalSchema = v.object({ error: reasonSchema });

const unreachable: Reason = {
	code: "unreachable",
	message: "Porthole does not answer. Check the connection and try again.",
};

/** Sends a request and validates the JSON of its answer; the schema sees an empty body as undefined. */
export async function askServer<Schema extends v.GenericSchema>(
	path: `/${string}`,
	schema: Schema,
	request: RequestInit,
): Promise<Outcome<v.InferOutput<Schema>>> {
	try {
		const response = await fetch(serverPath(path), request);
		const text = await response.text();
		const body = text === "" ? undefined : JSON.parse(text);
		return response.ok ? { value: v.parse(schema, body) } : { refused: readRefusal(body) };
	} catch {
		return { refused: unreachable };
	}
}

/**
 * Exchanges the owner's token or a link's grant for an HttpOnly cookie, so that later visits and screenshots need
 * neither. Returns the reason for a refusal; `unreachable` when there was no readable answer.
 */
export async function exchange(token: string, pin?: string): Promise<Reason | undefined> {
	try {
		const response = await fetch(serverPath("/api/session"), {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ token, pin }),
		});
		return response.ok ? undefined : readRefusal(await response.json());
	} catch {
		return unreachable;
	}
}

/** Exchanges the token for a cookie; false when that failed. An open connection does not depend on it. */
export async function rememberToken(token: string): Promise<boolean> {
	return (await exchange(token)) === undefined;
}

function readRefusal(body: unknown): Reason {
	const parsed = v.safeParse(refusalSchema, body);
	return parsed.success ? parsed.output.error : unreachable;
}
