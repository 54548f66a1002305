import type { ServerResponse } from "node:http";
import { readBody } from "../../../signaling/http/request-body.ts";
import type { RouteRequest } from "../../../signaling/http/router.ts";
import { GatewayRefusal } from "./answers.ts";
import { MAX_MESSAGE_BYTES, readGesture, readObject } from "./gesture-reader.ts";
import { acknowledgement } from "./gesture-reply.ts";
import type { InputVisits } from "./input-visits.ts";
import type { Guest } from "./reception.ts";

/** Gestures in one request. */
const MAX_LINES = 1_000;

/**
 * `POST input`: one gesture as the body, or one a line; each is played when the one before is over, and answered by a
 * line. Throws PortholeError `body-too-long`, GatewayRefusal, and as `InputVisits.begin` does.
 */
export async function giveInput(
	{ message }: RouteRequest,
	response: ServerResponse,
	guest: Guest,
	visits: InputVisits,
): Promise<void> {
	const body = (await readBody(message, MAX_MESSAGE_BYTES)).toString("utf8");
	const lines = linesOf(body);
	const { visit, player, done } = await visits.begin(guest.device(), guest.rights, guest.address);
	try {
		response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
		for (const line of lines) {
			if (response.destroyed) return;
			const { gesture, error } = readGesture(line);
			const asksClipboard = gesture?.type === "paste" || gesture?.type === "copy";
			const refused = error ?? (asksClipboard ? visit.claim() : undefined);
			const answer =
				gesture && refused === undefined
					? await player.play(gesture)
					: ({ ok: false, error: refused ?? "" } as const);
			response.write(`${acknowledgement(answer)}\n`);
		}
		response.end();
	} finally {
		done();
	}
}

/** A body that is one object, in however many lines, is one gesture. */
function linesOf(body: string): readonly string[] {
	if (readObject(body)) return [body];
	const lines = body.split("\n").filter((line) => line.trim() !== "");
	if (lines.length > MAX_LINES) {
		throw new GatewayRefusal(413, "body-too-long", `more than ${MAX_LINES} gestures in one request`);
	}
	return lines.length > 0 ? lines : [""];
}
