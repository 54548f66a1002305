import type { Size } from "../../../../signaling/protocol/device.ts";
import type { Place, TouchEdge } from "./hands.ts";

/**
 * How near to an edge a touch begins that systems are to read as coming over it, points. At the bottom the whole home
 * indicator counts, which no app has controls under; elsewhere about as much as a finger cannot aim at.
 */
export const EDGE_WITHIN = { left: 6, top: 6, right: 6, bottom: 20 } as const;

/** The edge that a touch comes over when it begins at this place of a screen of `points`. */
export function edgeAt({ x, y }: Place, { width, height }: Size): TouchEdge {
	if ((1 - y) * height < EDGE_WITHIN.bottom) return "bottom";
	if (y * height < EDGE_WITHIN.top) return "top";
	if (x * width < EDGE_WITHIN.left) return "left";
	if ((1 - x) * width < EDGE_WITHIN.right) return "right";
	return "none";
}
