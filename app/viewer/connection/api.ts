import * as v from "valibot";
import { type Reason, reasonSchema } from "../../../signaling/protocol/messages.ts";

/** The answer to a request, or why there is none. */
export type Outcome<T> = { readonly value: T } | { readonly refused: Reason };

const refusalSchema = v.object({ error: reasonSchema });

const unreachable: Reason = {
	code: "unreachable",
	message: "Porthole does not answer. Check the connection and try again.",
};

/** Asks the server for something and reads its JSON; an answer without a body is undefined to the schema. */
export async function askServer<Schema extends v.GenericSchema>(
	path: string,
	schema: Schema,
	request: RequestInit,
): Promise<Outcome<v.InferOutput<Schema>>> {
	try {
		const response = await fetch(path, request);
		const text = await response.text();
		const body = text === "" ? undefined : JSON.parse(text);
		return response.ok ? { value: v.parse(schema, body) } : { refused: readRefusal(body) };
	} catch {
		return { refused: unreachable };
	}
}

/**
 * Trades the owner's token or a link's grant for an HttpOnly cookie, so that later visits and screenshots need neither.
 * Returns why not; `unreachable` when there was no answer to read.
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

/** Trades the token for a cookie; false when that did not work. The connection that is open goes on all the same. */
export async function rememberToken(token: string): Promise<boolean> {
	return (await exchange(token)) === undefined;
}

function readRefusal(body: unknown): Reason {
	const parsed = v.safeParse(refusalSchema, body);
	return parsed.success ? parsed.output.error : unreachable;
}
