import type { MonotonicTime } from "../../../../signaling/protocol/time.ts";
import type { Contact } from "../../provider.ts";
import { contains, type Point, type Rectangle, rectangle } from "../geometry.ts";
import { contactColour, font } from "../theme.ts";
import { type Brush, type Control, Part } from "./part.ts";

/** The pointer is one contact more, beside the ten fingers 0 to 9. */
export const POINTER = 10;

const RADIUS = 25;
const LABEL = { width: 96, height: 24, gap: 8 };

/** How long a ring is seen to open after its contact was lifted, ms. */
const FAREWELL = 260;

interface Lifted extends Point {
	readonly colour: string;
	readonly time: number;
}

/** A ring around every contact, with its number and its place in points. */
export class ContactRings extends Part {
	readonly #contacts = new Map<number, Point>();
	#lifted: Lifted[] = [];
	#now = 0;

	get busy(): boolean {
		return this.#lifted.length > 0;
	}

	put(contact: number, point: Point): void {
		const before = this.#contacts.get(contact);
		if (before) this.changed(this.#areaOf(before));
		this.#contacts.set(contact, point);
		this.changed(this.#areaOf(point));
	}

	lift(contact: number): void {
		const point = this.#contacts.get(contact);
		if (!point) return;
		this.#contacts.delete(contact);
		this.changed(this.#areaOf(point));
		this.#lifted.push({ x: point.x, y: point.y, colour: contactColour(contact), time: this.#now });
		if (this.#lifted.length > 20) this.#lifted.shift();
	}

	advance(now: MonotonicTime): void {
		this.#now = now;
		for (const ring of this.#lifted) this.changed(this.#areaOf(ring));
		this.#lifted = this.#lifted.filter((ring) => now - ring.time < FAREWELL);
	}

	paint(brush: Brush): void {
		for (const ring of this.#lifted) {
			const age = Math.min(1, Math.max(0, (this.#now - ring.time) / FAREWELL));
			brush.globalAlpha = (1 - age) * 0.7;
			brush.strokeStyle = ring.colour;
			brush.lineWidth = 3 * (1 - age) + 0.5;
			brush.beginPath();
			brush.arc(ring.x, ring.y, RADIUS + 12 * age, 0, 2 * Math.PI);
			brush.stroke();
		}
		brush.globalAlpha = 1;
		for (const [contact, point] of this.#contacts) this.#paintContact(brush, contact, point);
	}

	#paintContact(brush: Brush, contact: number, point: Point): void {
		const colour = contactColour(contact);
		brush.beginPath();
		brush.arc(point.x, point.y, RADIUS, 0, 2 * Math.PI);
		brush.globalAlpha = 0.16;
		brush.fillStyle = colour;
		brush.fill();
		brush.globalAlpha = 1;
		brush.strokeStyle = colour;
		brush.lineWidth = 3;
		brush.stroke();
		brush.beginPath();
		brush.arc(point.x, point.y, 4, 0, 2 * Math.PI);
		brush.fill();

		const label = this.#labelOf(point);
		brush.fillStyle = "rgba(22, 24, 31, 0.88)";
		brush.beginPath();
		brush.roundRect(label.x, label.y, label.width, label.height, label.height / 2);
		brush.fill();
		brush.fillStyle = colour;
		brush.beginPath();
		brush.arc(label.x + 13, label.y + 12, 8, 0, 2 * Math.PI);
		brush.fill();
		brush.fillStyle = "#ffffff";
		brush.textBaseline = "alphabetic";
		brush.textAlign = "center";
		brush.fontVariantNumeric = "tabular-nums";
		brush.font = font(700, 11);
		brush.fillText(contact === POINTER ? "M" : `${contact + 1}`, label.x + 13, label.y + 16, 14);
		brush.font = font(500, 12);
		const place = `${Math.round(point.x)}, ${Math.round(point.y)}`;
		brush.fillText(place, label.x + 57, label.y + 16.3);
		brush.textAlign = "start";
	}

	/** The label stands above its ring, below it at the upper edge, and always on the screen. */
	#labelOf(point: Point): Rectangle {
		const above = point.y - RADIUS - LABEL.gap - LABEL.height;
		const below = point.y + RADIUS + LABEL.gap;
		const last = this.bounds.x + this.bounds.width - LABEL.width - 4;
		const x = Math.min(last, Math.max(this.bounds.x + 4, point.x - LABEL.width / 2));
		return rectangle(x, above < this.bounds.y + 8 ? below : above, LABEL.width, LABEL.height);
	}

	#areaOf(point: Point): Rectangle {
		const reach = RADIUS + LABEL.gap + LABEL.height + 4;
		return rectangle(point.x - LABEL.width - 4, point.y - reach, 2 * LABEL.width + 8, 2 * reach);
	}
}

interface Held {
	readonly control: Control | undefined;
	point: Point;
}

/**
 * Turns sets of contacts into down, move and up for each control. A contact stays with the control on which it began, and
 * has a ring wherever it is.
 */
export class TouchRouting {
	readonly #controls: readonly Control[];
	readonly #rings: ContactRings;
	readonly #held = new Map<number, Held>();

	/** Where `controls` overlap, the first takes the contact. */
	constructor(controls: readonly Control[], rings: ContactRings) {
		this.#controls = controls;
		this.#rings = rings;
	}

	get count(): number {
		return this.#held.size;
	}

	/** Takes the whole set of contacts of one kind; coordinates in points. */
	update(contacts: readonly Contact[], ofThisKind: (id: number) => boolean): void {
		const now = new Map(contacts.map((contact) => [contact.id, contact]));
		for (const [id] of this.#held) if (ofThisKind(id) && !now.has(id)) this.#lift(id);
		for (const [id, contact] of now) {
			const point = { x: contact.x, y: contact.y };
			const held = this.#held.get(id);
			if (!held) this.#begin(id, point);
			else if (held.point.x !== point.x || held.point.y !== point.y) this.#move(id, held, point);
		}
	}

	/** Cancels all contacts, as when the screen turns: no control acts on them. */
	cancel(): void {
		for (const [id, { control }] of this.#held) {
			control?.up(id, false);
			this.#rings.lift(id);
		}
		this.#held.clear();
	}

	#begin(id: number, point: Point): void {
		const control = this.#controls.find((candidate) => contains(candidate.bounds, point));
		this.#held.set(id, { control, point });
		this.#rings.put(id, point);
		control?.down(id, point);
	}

	#move(id: number, held: Held, point: Point): void {
		held.point = point;
		this.#rings.put(id, point);
		held.control?.move(id, point);
	}

	#lift(id: number): void {
		const held = this.#held.get(id);
		if (!held) return;
		this.#held.delete(id);
		this.#rings.lift(id);
		held.control?.up(id, contains(held.control.bounds, held.point));
	}
}
