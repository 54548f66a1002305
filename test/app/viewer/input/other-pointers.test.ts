import { expect, it } from "vitest";
import { OtherPointers } from "../../../../app/viewer/input/other-pointers.ts";

it("tells of a new pointer once, and then only of where it is", () => {
	const pointers = new OtherPointers();
	let told = 0;
	pointers.numbers.subscribe(() => told++);
	pointers.move(4, { x: 0, y: 0 });
	pointers.move(2, { x: 0, y: 0 });
	const places: number[] = [];
	pointers.place(4)?.subscribe(() => places.push(pointers.place(4)?.get().x ?? -1));
	pointers.move(4, { x: 0.5, y: 0 });
	pointers.move(2, { x: 0.9, y: 0 });
	expect(pointers.numbers.get()).toEqual([2, 4]);
	expect(places).toEqual([0.5]);
	expect(told).toBe(2);
});

it("forgets pointers of people who left", () => {
	const pointers = new OtherPointers();
	pointers.move(1, { x: 0, y: 0 });
	pointers.move(2, { x: 0, y: 0 });
	pointers.keep(new Set([2, 3]));
	expect(pointers.numbers.get()).toEqual([2]);
	expect(pointers.place(1)).toBeUndefined();
});
