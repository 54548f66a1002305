import type { MonotonicTime } from "../../../../signaling/protocol/time.ts";
import { around, type Point, type Rectangle, rectangle, union } from "../geometry.ts";
import { contactInk, font, paper } from "../theme.ts";
import { type Brush, type Control, Part } from "./part.ts";

/** Most trails kept; the oldest are dropped. */
const MAX_TRAILS = 32;

/** Distance of the grid's dots, points. */
const GRID = 20;

/** A surface to draw on: contacts leave trails that fade, the wheel moves the ground. */
export class TouchCanvas extends Part implements Control {
	readonly #trails = new Map<number, Trail>();
	#fading: Trail[] = [];
	#ground: Point = { x: 0, y: 0 };
	#now = 0;
	#touched = false;

	/** How far the wheel has moved the ground, points. */
	get ground(): Point {
		return this.#ground;
	}

	/** Whether something still fades. */
	get busy(): boolean {
		return this.#fading.length > 0 || this.#trails.size > 0;
	}

	down(contact: number, point: Point): void {
		this.up(contact);
		const trail = new Trail(contact);
		trail.add(point, this.#now);
		this.#trails.set(contact, trail);
		if (!this.#touched) this.changed();
		this.#touched = true;
	}

	move(contact: number, point: Point): void {
		const trail = this.#trails.get(contact);
		trail?.add(point, this.#now);
		const area = trail?.bounds();
		if (area) this.changed(area);
	}

	up(contact: number): void {
		const trail = this.#trails.get(contact);
		if (!trail) return;
		this.#trails.delete(contact);
		this.#fading.push(trail);
		if (this.#fading.length > MAX_TRAILS) this.#fading.shift();
	}

	/** Moves the ground by points; right and down are positive, as the wheel has it. */
	scroll(dx: number, dy: number): void {
		this.#ground = { x: this.#ground.x + dx, y: this.#ground.y + dy };
		this.#touched = true;
		this.changed();
	}

	/** Wipes the trails and brings the ground and the invitation back. */
	clear(): void {
		this.#fading = [];
		for (const [contact] of this.#trails) this.#trails.set(contact, new Trail(contact));
		this.#ground = { x: 0, y: 0 };
		this.#touched = false;
		this.changed();
	}

	/** Goes on to a time, ms; trails fade. */
	advance(now: MonotonicTime): void {
		this.#now = now;
		for (const trail of [...this.#fading, ...this.#trails.values()]) {
			const area = trail.advance(now);
			if (area) this.changed(area);
		}
		this.#fading = this.#fading.filter((trail) => !trail.faded);
	}

	paint(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		brush.save();
		brush.beginPath();
		brush.roundRect(x, y, width, height, 20);
		brush.clip();
		brush.fillStyle = paper.card;
		brush.fillRect(x, y, width, height);
		this.#paintGround(brush);
		if (!this.#touched) this.#paintInvitation(brush);
		brush.lineCap = "round";
		for (const trail of [...this.#fading, ...this.#trails.values()]) this.#paintTrail(brush, trail);
		brush.restore();
		brush.strokeStyle = paper.line;
		brush.lineWidth = 1;
		brush.beginPath();
		brush.roundRect(x + 0.5, y + 0.5, width - 1, height - 1, 19.5);
		brush.stroke();
	}

	#paintGround(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		const offset = (value: number) => ((-value % GRID) + GRID) % GRID;
		brush.fillStyle = paper.grid;
		brush.beginPath();
		for (let row = y + offset(this.#ground.y) - GRID / 2; row < y + height + 2; row += GRID) {
			for (let column = x + offset(this.#ground.x) - GRID / 2; column < x + width + 2; column += GRID) {
				brush.rect(column - 1, row - 1, 2, 2);
			}
		}
		brush.fill();
		if (this.#ground.x === 0 && this.#ground.y === 0) return;
		brush.fillStyle = paper.muted;
		brush.font = font(500, 12);
		brush.textBaseline = "alphabetic";
		brush.fillText(`${Math.round(this.#ground.x)}, ${Math.round(this.#ground.y)}`, x + 16, y + height - 15);
	}

	#paintInvitation(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		const middle = x + width / 2;
		brush.fillStyle = paper.card;
		brush.fillRect(middle - 112, y + height / 2 - 22, 224, 50);
		brush.textAlign = "center";
		brush.textBaseline = "alphabetic";
		brush.fillStyle = paper.ink;
		brush.font = font(600, 17);
		brush.fillText("Draw here", middle, y + height / 2 - 2, width - 32);
		brush.fillStyle = paper.muted;
		brush.font = font(400, 14);
		brush.fillText("With up to ten fingers, or scroll", middle, y + height / 2 + 20, width - 32);
	}

	#paintTrail(brush: Brush, trail: Trail): void {
		for (const { from, to, strength, width } of trail.stretches(this.#now)) {
			// Opaque, as stretches overlap at their ends.
			brush.strokeStyle = contactInk(trail.contact, strength * 0.7);
			brush.lineWidth = width;
			brush.beginPath();
			brush.moveTo(from.x, from.y);
			brush.lineTo(to.x, to.y);
			brush.stroke();
		}
	}
}

/** How long a trail's point is seen, ms. */
const TRAIL_LIFE = 900;

/** Most points of one trail; the oldest are dropped. */
const MAX_POINTS = 120;

/** Half the width of a trail's newest end, points. */
const RADIUS = 5;

interface TrailPoint extends Point {
	readonly time: number;
}

/** The way a contact went, fading. */
class Trail {
	/** The contact that drew it. */
	readonly contact: number;
	#points: TrailPoint[] = [];

	constructor(contact: number) {
		this.contact = contact;
	}

	get faded(): boolean {
		return this.#points.length === 0;
	}

	add(point: Point, time: number): void {
		this.#points.push({ x: point.x, y: point.y, time });
		if (this.#points.length > MAX_POINTS) this.#points.shift();
	}

	/** Lets go of what has faded; gives the area that looks different now, if any. */
	advance(time: number): Rectangle | undefined {
		const area = this.bounds();
		this.#points = this.#points.filter((point) => time - point.time < TRAIL_LIFE);
		return area;
	}

	bounds(): Rectangle | undefined {
		return this.#points
			.map((point) => around(point, RADIUS + 2))
			.reduce<Rectangle | undefined>(join, undefined);
	}

	/** Its stretches, oldest first; `strength` falls from 1 to 0 with age. */
	*stretches(time: number): Generator<{ from: Point; to: Point; strength: number; width: number }> {
		for (const [index, to] of this.#points.entries()) {
			const from = this.#points[index - 1];
			if (!from) continue;
			const strength = Math.max(0, 1 - (time - to.time) / TRAIL_LIFE);
			yield { from, to, strength, width: 2 * RADIUS * (0.25 + 0.75 * strength) };
		}
	}
}

function join(whole: Rectangle | undefined, part: Rectangle): Rectangle {
	return whole ? union(whole, part) : rectangle(part.x, part.y, part.width, part.height);
}
