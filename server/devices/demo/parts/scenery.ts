import { type Damage, type Rectangle, rectangle } from "../geometry.ts";
import { font, type Palette } from "../theme.ts";
import { type Brush, Part } from "./part.ts";

/** One row of waves: how far below the horizon, how high, how long (points), how fast (rad/s). */
interface Wave {
	readonly below: number;
	readonly height: number;
	readonly length: number;
	readonly speed: number;
	readonly shift: number;
}

const WAVES: readonly Wave[] = [
	{ below: 0.02, height: 1.4, length: 96, speed: 0.7, shift: 0 },
	{ below: 0.2, height: 2.4, length: 132, speed: -0.95, shift: 1.7 },
	{ below: 0.46, height: 3.6, length: 174, speed: 1.15, shift: 3.1 },
	{ below: 0.76, height: 4.6, length: 228, speed: -1.3, shift: 0.6 },
];

/** Distance between two points of a wave's outline; curves join them. */
const STEP = 12;

/** Height of the boat with its sail. */
const BOAT_HEIGHT = 30;

/** Points a second the boat sails. */
const BOAT_SPEED = 9;

/** The animation: a sea with a boat, as smooth as the frame rate allows, and still when it is switched off. */
export class Sea extends Part {
	palette: Palette;
	/** Where the sun's light falls on the water, points. */
	lightX = 0;
	/** Depth of water to be seen, points. */
	depth = 0;
	#seconds = 0;
	#running = true;
	#visible: readonly Rectangle[] = [];

	constructor(damage: Damage, palette: Palette) {
		super(damage);
		this.palette = palette;
	}

	get running(): boolean {
		return this.#running;
	}

	set running(running: boolean) {
		this.#running = running;
	}

	/** Gives the sea its place: the water itself, and the parts of it that nothing covers. */
	flood(water: Rectangle, visible: readonly Rectangle[]): void {
		this.#visible = visible;
		this.depth = water.height;
		this.place(rectangle(water.x, water.y - BOAT_HEIGHT, water.width, water.height + BOAT_HEIGHT));
	}

	/** Lets time pass; what is covered is not drawn again. */
	advance(seconds: number): void {
		if (!this.#running) return;
		this.changed(this.#boatBounds());
		this.#seconds += seconds;
		this.changed(this.#boatBounds());
		for (const area of this.#visible) this.changed(area);
	}

	paint(brush: Brush): void {
		for (const [index, wave] of WAVES.entries()) {
			if (index === 2) this.#paintBoat(brush);
			this.#paintWave(brush, wave, this.palette.waves[index] ?? this.palette.waves[0]);
			if (index === 0) this.#paintGlitter(brush);
		}
	}

	#level(wave: Wave, x: number): number {
		const turn = (2 * Math.PI) / wave.length;
		const time = this.#seconds * wave.speed;
		const swell = Math.sin(x * turn + time + wave.shift);
		const ripple = Math.sin(x * turn * 2.3 - time * 1.4 + wave.shift * 2) * 0.35;
		const top = this.bounds.y + BOAT_HEIGHT + this.depth * wave.below;
		return top + (swell + ripple) * wave.height;
	}

	#paintWave(brush: Brush, wave: Wave, colour: string): void {
		const { x, y, width, height } = this.bounds;
		brush.fillStyle = colour;
		brush.beginPath();
		brush.moveTo(x, y + height);
		brush.lineTo(x, this.#level(wave, x));
		for (let left = x; left < x + width; left += STEP) {
			const middle = left + STEP / 2;
			const right = left + STEP;
			// The control point puts the curve's middle on the wave.
			const control =
				2 * this.#level(wave, middle) - (this.#level(wave, left) + this.#level(wave, right)) / 2;
			brush.quadraticCurveTo(middle, control, right, this.#level(wave, right));
		}
		brush.lineTo(x + width, y + height);
		brush.closePath();
		brush.fill();
	}

	/** Light on the water under the sun, breaking up as the waves pass. */
	#paintGlitter(brush: Brush): void {
		brush.strokeStyle = this.palette.light;
		brush.lineCap = "round";
		brush.lineWidth = 1.6;
		const top = this.bounds.y + BOAT_HEIGHT;
		for (let row = 0; row < 7; row++) {
			const sway = Math.sin(this.#seconds * 1.6 + row * 1.9);
			const half = (17 - row * 1.7) * (0.62 + 0.38 * Math.sin(this.#seconds * 2.1 + row * 2.7));
			brush.globalAlpha = 0.75 - row * 0.09;
			brush.beginPath();
			brush.moveTo(this.lightX - half + sway * 3, top + 4 + row * 4);
			brush.lineTo(this.lightX + half + sway * 3, top + 4 + row * 4);
			brush.stroke();
		}
		brush.globalAlpha = 1;
	}

	/** The boat's place now, on the second row of waves; it comes back on the other side. */
	#boat(): { x: number; y: number; tilt: number } {
		const wave = WAVES[1] ?? { below: 0, height: 0, length: 1, speed: 0, shift: 0 };
		const way = this.bounds.width + 60;
		const x = this.bounds.x - 30 + ((this.#seconds * BOAT_SPEED + this.bounds.width * 0.36) % way);
		const slope = (this.#level(wave, x + 9) - this.#level(wave, x - 9)) / 18;
		return { x, y: this.#level(wave, x) + 1, tilt: Math.atan(slope) * 0.8 };
	}

	#boatBounds(): Rectangle {
		const { x, y } = this.#boat();
		return rectangle(x - 20, y - BOAT_HEIGHT, 40, BOAT_HEIGHT + 8);
	}

	#paintBoat(brush: Brush): void {
		const { x, y, tilt } = this.#boat();
		brush.save();
		brush.translate(x, y);
		brush.rotate(tilt);
		brush.fillStyle = "#fffaf0";
		brush.beginPath();
		brush.moveTo(1, -25);
		brush.quadraticCurveTo(12, -13, 12, -5);
		brush.lineTo(1, -5);
		brush.closePath();
		brush.fill();
		brush.globalAlpha = 0.75;
		brush.beginPath();
		brush.moveTo(-1, -21);
		brush.quadraticCurveTo(-4, -11, -9, -5);
		brush.lineTo(-1, -5);
		brush.closePath();
		brush.fill();
		brush.globalAlpha = 1;
		brush.fillStyle = "#2a1a22";
		brush.beginPath();
		brush.moveTo(-14, -3);
		brush.lineTo(15, -3);
		brush.quadraticCurveTo(12, 4, 6, 4);
		brush.lineTo(-7, 4);
		brush.quadraticCurveTo(-12, 3, -14, -3);
		brush.closePath();
		brush.fill();
		brush.restore();
	}
}

/** Where the sun or moon stands, as fractions of the sky's width and of the way down to the horizon. */
const LIGHT = { across: 0.74, down: 0.86, radius: 25 };

/** How the glow fades outwards: distance, and what is left of it. */
const FALL_OFF = [
	[0, 1],
	[0.2, 0.72],
	[0.45, 0.3],
	[0.72, 0.08],
	[1, 0],
] as const;

/** The sky above the sea, with its light. */
export class Sky extends Part {
	palette: Palette;
	horizon = 0;

	constructor(damage: Damage, palette: Palette) {
		super(damage);
		this.palette = palette;
	}

	/** Centre of the sun or moon, points. */
	get light(): { x: number; y: number } {
		return { x: this.bounds.x + this.bounds.width * LIGHT.across, y: this.horizon * LIGHT.down };
	}

	paint(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		const [zenith, high, low, haze] = this.palette.sky;
		const air = brush.createLinearGradient(0, 0, 0, this.horizon);
		air.addColorStop(0.04, zenith);
		air.addColorStop(0.46, high);
		air.addColorStop(0.82, low);
		air.addColorStop(1, haze);
		brush.fillStyle = air;
		brush.fillRect(x, y, width, height);

		const light = this.light;
		const [red, green, blue, strength] = this.palette.glow;
		const glow = brush.createRadialGradient(light.x, light.y, 0, light.x, light.y, LIGHT.radius * 5);
		for (const [at, share] of FALL_OFF) {
			glow.addColorStop(at, `rgba(${red}, ${green}, ${blue}, ${strength * share})`);
		}
		brush.fillStyle = glow;
		brush.fillRect(x, y, width, height);

		brush.fillStyle = this.palette.light;
		brush.beginPath();
		brush.arc(light.x, light.y, LIGHT.radius, 0, 2 * Math.PI);
		brush.fill();
	}
}

const INVITATION = "Live. Touch it, type on it.";

/** Title over the sky, and below it what was typed last. */
export class Headline extends Part {
	#line = INVITATION;

	/** Shows a typed line; an empty one brings the invitation back. */
	say(line: string): void {
		this.#line = line.trim() || INVITATION;
		this.changed();
	}

	get line(): string {
		return this.#line;
	}

	paint(brush: Brush): void {
		const { x, y, width } = this.bounds;
		brush.textBaseline = "alphabetic";
		brush.fillStyle = "#ffffff";
		brush.font = font(700, 29);
		brush.letterSpacing = "-0.6px";
		brush.fillText("Demo phone", x, y + 28);
		brush.letterSpacing = "0px";
		brush.font = font(500, 15);
		brush.fillStyle = "rgba(255, 255, 255, 0.88)";
		brush.fillText(this.#shortened(brush, width), x, y + 53);
	}

	#shortened(brush: Brush, width: number): string {
		if (brush.measureText(this.#line).width <= width) return this.#line;
		const characters = Array.from(new Intl.Segmenter().segment(this.#line), (part) => part.segment);
		while (characters.length > 0 && brush.measureText(`${characters.join("")}…`).width > width)
			characters.pop();
		return `${characters.join("")}…`;
	}
}
