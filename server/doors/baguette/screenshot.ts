import type { ServerResponse } from "node:http";
import { sendPicture } from "./door-answer.ts";
import type { InputVisits } from "./input-visits.ts";
import type { Guest } from "./reception.ts";

/** Placeholder until pictures are decoded. */
export async function sendScreenshot(
	guest: Guest,
	_query: URLSearchParams,
	_type: "png" | "jpeg",
	_visits: InputVisits,
	response: ServerResponse,
): Promise<void> {
	const { data } = await guest.device().still();
	sendPicture(response, "image/jpeg", data, 0);
}
