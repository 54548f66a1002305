import type { Gesture } from "./gesture.ts";
import type { GestureAnswer } from "./gesture-player.ts";

/** The answer to a gesture as one line of JSON: on stdout, and over HTTP. What was copied is ours to add. */
export function acknowledgement(answer: GestureAnswer): string {
	if (!answer.ok) return JSON.stringify({ ok: false, error: answer.error });
	return JSON.stringify({ ok: true, text: answer.text });
}

/** What a WebSocket is told of a gesture: only how pasting and copying went, and of others nothing. */
export function resultMessage(type: Gesture["type"], answer: GestureAnswer): string | undefined {
	if (type !== "paste" && type !== "copy") return undefined;
	if (!answer.ok) return JSON.stringify({ type: `${type}_result`, ok: false, error: answer.error });
	return JSON.stringify({ type: `${type}_result`, ok: true, text: answer.text });
}
