import type { Place, TouchEdge } from "../input/hands.ts";

const TOUCH = 0x03;
const KEY = 0x06;
const edges: Record<TouchEdge, number> = { none: 0, left: 1, top: 2, bottom: 3, right: 4 };
const phases = { down: "begin", move: "move", up: "end" } as const;

/** One finger, as serve-sim's WebSocket takes it: a tag, then JSON. */
export function touchFrame(phase: "down" | "move" | "up", { x, y }: Place, edge: TouchEdge): Uint8Array {
	return frame(TOUCH, { type: phases[phase], x, y, edge: edges[edge] });
}

/** A key by its usage of the keyboard page. */
export function keyFrame(usage: number, down: boolean): Uint8Array {
	return frame(KEY, { type: down ? "down" : "up", usage });
}

function frame(tag: number, value: object): Uint8Array {
	return Buffer.concat([Uint8Array.of(tag), Buffer.from(JSON.stringify(value))]);
}
