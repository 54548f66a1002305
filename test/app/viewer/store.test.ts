import { describe, expect, it } from "vitest";
import { Store } from "../../../app/viewer/store.ts";

describe("Store", () => {
	it("tells listeners of changes, and only of changes", () => {
		const store = new Store({ a: 1, b: 2 });
		let told = 0;
		const stop = store.subscribe(() => told++);
		store.patch({ a: 1 });
		expect(told).toBe(0);
		store.patch({ a: 3 });
		expect(told).toBe(1);
		expect(store.get()).toEqual({ a: 3, b: 2 });
		stop();
		store.set({ a: 0, b: 0 });
		expect(told).toBe(1);
	});

	it("keeps the same value while nothing changes, as React needs", () => {
		const store = new Store({ a: 1 });
		const before = store.get();
		store.patch({ a: 1 });
		expect(store.get()).toBe(before);
	});

	it("remembers what the static page showed", () => {
		const store = new Store("first");
		store.set("second");
		expect(store.getInitial()).toBe("first");
	});
});
