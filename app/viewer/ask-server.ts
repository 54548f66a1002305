import * as v from "valibot";
import type { Reason } from "../../signaling/protocol/messages.ts";
import { readRefusal } from "./link.ts";

/** What became of a request: its answer, or why there is none. */
export type Outcome<T> = { readonly value: T } | { readonly refused: Reason };

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
		return { refused: readRefusal(undefined) };
	}
}
