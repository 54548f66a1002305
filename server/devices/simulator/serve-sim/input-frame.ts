import type { Place, TouchEdge } from "../input/hands.ts";

const TOUCH = 0x03;
const KEY = 0x06;
const edges: Record<TouchEdge, number> = { none: 0, left: 1, top: 2, bottom: 3, right: 4 };
const phases = { down: "begin", move: "move", up: "end" } as const;

/** One finger, as serve-sim's WebSocket takes it: a tag, then JSON. */
export function touchFrame(
	phase: "down" | "move" | "up",
	{ x, y }: Place,
	edge: TouchEdge,
): Uint8Array<ArrayBuffer> {
	return frame(TOUCH, { type: phases[phase], x, y, edge: edges[edge] });
}

/** A key by its usage of the keyboard page. */
export function keyFrame(usage: number, down: boolean): Uint8Array<ArrayBuffer> {
	return frame(KEY, { type: down ? "down" : "up", usage });
}

function frame(tag: number, value: object): Uint8Array<ArrayBuffer> {
	const text = JSON.stringify(value);
	const bytes = new Uint8Array(1 + Buffer.byteLength(text));
	bytes[0] = tag;
	bytes.set(Buffer.from(text), 1);
	return bytes;
}
