import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Damage, rectangle } from "../../../../server/devices/demo/geometry.ts";

const WIDTH = 720;
const HEIGHT = 1560;
const coordinate = fc.double({ min: -50, max: 800, noNaN: true });
const length = fc.double({ min: 0.1, max: 300, noNaN: true });
const area = fc.tuple(coordinate, coordinate, length, length).map((numbers) => rectangle(...numbers));

describe("damage", () => {
	it("covers every pixel that was noted, within the picture and on even edges", () => {
		fc.assert(
			fc.property(fc.array(area, { maxLength: 20 }), (areas) => {
				const damage = new Damage();
				for (const one of areas) damage.add(one);
				const taken = damage.take(2, WIDTH, HEIGHT);
				expect(taken.length).toBeLessThanOrEqual(8);
				for (const { x, y, width, height } of taken) {
					expect([x % 2, y % 2, width % 2, height % 2]).toEqual([0, 0, 0, 0]);
					expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
					expect(x + width).toBeLessThanOrEqual(WIDTH);
					expect(y + height).toBeLessThanOrEqual(HEIGHT);
				}
				for (const one of areas) {
					const corners = [
						[one.x, one.y],
						[one.x + one.width - 0.001, one.y + one.height - 0.001],
					].map(([x = 0, y = 0]) => [Math.floor(x * 2), Math.floor(y * 2)] as const);
					for (const [x, y] of corners) {
						if (x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT) continue;
						const covered = taken.some(
							(part) => x >= part.x && y >= part.y && x < part.x + part.width && y < part.y + part.height,
						);
						expect(covered).toBe(true);
					}
				}
			}),
		);
	});

	it("keeps changes that are far apart apart", () => {
		const damage = new Damage();
		damage.add(rectangle(0, 0, 10, 10));
		damage.add(rectangle(300, 700, 10, 10));
		expect(damage.take(2, WIDTH, HEIGHT)).toHaveLength(2);
	});

	it("makes one of changes that lie on each other", () => {
		const damage = new Damage();
		damage.add(rectangle(10, 10, 40, 40));
		damage.add(rectangle(12, 12, 40, 40));
		expect(damage.take(2, WIDTH, HEIGHT)).toEqual([rectangle(20, 20, 84, 84)]);
	});

	it("is empty once taken", () => {
		const damage = new Damage();
		damage.add(rectangle(0, 0, 10, 10));
		expect(damage.empty).toBe(false);
		damage.take(2, WIDTH, HEIGHT);
		expect(damage.empty).toBe(true);
		expect(damage.take(2, WIDTH, HEIGHT)).toEqual([]);
	});
});
