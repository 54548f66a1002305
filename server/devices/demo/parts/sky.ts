import type { Damage } from "../damage.ts";
import type { Palette } from "../palette.ts";
import { type Brush, Part } from "./part.ts";

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
