import type { Size } from "../../../signaling/protocol/device.ts";
import { Store } from "../store.ts";

/** Magnification of the screen: scaled from its top left, then moved by CSS pixels. */
export interface Zoom {
	readonly scale: number;
	readonly x: number;
	readonly y: number;
}

/** Two fingers: their middle, CSS pixels from the screen's unmagnified top left, and their distance. */
interface Pinch {
	readonly x: number;
	readonly y: number;
	readonly spread: number;
}

export const noZoom: Zoom = { scale: 1, x: 0, y: 0 };

const MAX_SCALE = 6;

/** Follows two fingers from one position to the next, keeping what is between them in place. */
export function pinched(zoom: Zoom, from: Pinch, to: Pinch, screen: Size): Zoom {
	const wanted = from.spread > 0 ? (zoom.scale * to.spread) / from.spread : zoom.scale;
	const scale = Math.min(MAX_SCALE, Math.max(1, wanted));
	const ratio = scale / zoom.scale;
	return {
		scale,
		x: inside(to.x - ratio * (from.x - zoom.x), screen.width * (scale - 1)),
		y: inside(to.y - ratio * (from.y - zoom.y), screen.height * (scale - 1)),
	};
}

/** Keeps the magnified screen covering its box. */
function inside(offset: number, spare: number): number {
	return Math.min(0, Math.max(-spare, offset)) || 0;
}

/** The view's zoom, for the page to show. */
export class ViewZoom extends Store<Zoom> {
	constructor() {
		super(noZoom);
	}

	pinch(from: Pinch, to: Pinch, screen: Size): void {
		this.set(pinched(this.get(), from, to, screen));
	}

	reset(): void {
		this.set(noZoom);
	}
}
