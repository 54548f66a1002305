import { beforeEach, describe, expect, it } from "vitest";
import { HOST_KEY_BOOK, type HostKeyRecord, HostKeys, hostSlug } from "../../../signaling/auth/host-keys.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { SavedRows } from "../../fakes/saved-rows.ts";

let saved: SavedRows<readonly HostKeyRecord[]>;
let book: HostKeys;

const open = (ownKey?: string) =>
	new HostKeys({
		table: saved.open(),
		signingKey: "signing-key",
		now: () => 1_000,
		...(ownKey === undefined ? {} : { ownKey }),
	});
const refusal = (code: string) => expect.objectContaining({ code });

beforeEach(() => {
	saved = new SavedRows();
	book = open();
});

describe("a host key", () => {
	it("lets in the first host that uses it, and that host again, also after a restart", async () => {
		const { id, key } = await book.issue("the studio");
		const pass = { id, prefix: "studio." };
		const first = book.admit({ key, hostId: "h1", name: "Studio" });
		expect(first).toMatchObject(pass);
		await first.bound;
		book = open();
		expect(book.admit({ key, hostId: "h1", name: "Studio" })).toEqual(pass);
		expect(book.list()).toMatchObject([{ label: "the studio", bound: { hostId: "h1", slug: "studio" } }]);
	});

	it("is refused to another host", async () => {
		const { key } = await book.issue("");
		book.admit({ key, hostId: "h1", name: "Studio" });
		await book.close();
		for (const again of [book, open()]) {
			expect(() => again.admit({ key, hostId: "h2", name: "Studio" })).toThrow(refusal("host-key-in-use"));
		}
	});

	it("keeps the ids it began with when its host takes another name", async () => {
		const { key } = await book.issue("");
		book.admit({ key, hostId: "h1", name: "Studio" });
		expect(book.admit({ key, hostId: "h1", name: "Attic" })).toMatchObject({ prefix: "studio." });
		expect(book.hostOf("studio.demo")).toBe("Attic");
	});

	it("is refused when it is wrong in any part", async () => {
		const { id, key } = await book.issue("");
		const { key: other } = await book.issue("");
		const mixed = `${id}.${other.split(".")[1]}`;
		for (const wrong of ["", ".", "x", id, `${id}.`, key.slice(0, -1), `${key}x`, mixed, "constructor.x"]) {
			expect(() => book.admit({ key: wrong, hostId: "h1", name: "n" }), wrong).toThrow(
				refusal("wrong-host-key"),
			);
		}
		expect(book.list().every(({ bound }) => bound === undefined)).toBe(true);
	});

	it("is refused once it is revoked, also after a restart, and revoked only once", async () => {
		const { id, key } = await book.issue("");
		await book.revoke(id);
		for (const again of [book, open()]) {
			expect(() => again.admit({ key, hostId: "h1", name: "n" })).toThrow(refusal("host-key-revoked"));
			expect(again.list()).toEqual([]);
		}
		await expect(book.revoke(id)).rejects.toMatchObject({ code: "no-such-host-key" });
	});

	it("is not in what is saved", async () => {
		const { key } = await book.issue("");
		expect(JSON.stringify(saved.rows.get(HOST_KEY_BOOK))).not.toContain(key.split(".")[1]);
	});
});

describe("the names of hosts", () => {
	const join = async (hostId: string, name: string) => {
		const { key } = await book.issue("");
		return book.admit({ key, hostId, name });
	};

	it("that are the same are told apart, and stay so", async () => {
		expect((await join("h1", "Studio")).prefix).toBe("studio.");
		expect((await join("h2", "studio")).prefix).toBe("studio-2.");
	});

	it("come free with the key, so that a replaced key keeps the devices' ids", async () => {
		const { id } = await join("h1", "Studio");
		await book.revoke(id);
		expect((await join("h1", "Studio")).prefix).toBe("studio.");
	});

	it("tell whose device an id would be", async () => {
		await join("h1", "Studio");
		expect(book.hostOf("studio.demo")).toBe("Studio");
		for (const id of ["studio", "studiox", "studio-2.demo", "demo"])
			expect(book.hostOf(id), id).toBeUndefined();
	});
});

describe("the book", () => {
	it("lets the host of its own process keep plain ids, by a key that is not in it", async () => {
		book = open("own-key");
		expect(book.admit({ key: "own-key", hostId: "local", name: "n" })).toEqual({ id: "local", prefix: "" });
		expect(() => book.admit({ key: "own-kex", hostId: "local", name: "n" })).toThrow(
			refusal("wrong-host-key"),
		);
	});

	it("is bounded, and forgets revoked keys first", async () => {
		const first = await book.issue("");
		for (let count = 1; count < 256; count++) await book.issue("");
		await expect(book.issue("")).rejects.toMatchObject({ code: "too-many-host-keys" });
		await book.revoke(first.id);
		await book.issue("");
		expect(saved.rows.get(HOST_KEY_BOOK)).toHaveLength(256);
		expect(() => book.admit({ key: first.key, hostId: "h1", name: "n" })).toThrow(refusal("wrong-host-key"));
	});

	it("holds to a binding that could not be written yet", async () => {
		const { key } = await book.issue("");
		saved.save = () => Promise.reject(new PortholeError("state-not-writable", "The disk is full."));
		const { bound } = book.admit({ key, hostId: "h1", name: "n" });
		await bound;
		expect(() => book.admit({ key, hostId: "h2", name: "n" })).toThrow(refusal("host-key-in-use"));
	});
});

describe("a host's slug", () => {
	it.each([
		["studio", "studio"],
		["Ana's Studio.local", "ana-s-studio-local"],
		["Büro Köln", "buro-koln"],
		["--- ", "host"],
		["電脳", "host"],
		["a-very-long-name-of-a-computer", "a-very-long-name-of"],
	])("of %s is %s", (name, slug) => {
		expect(hostSlug(name, new Set())).toBe(slug);
		expect(slug).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/);
	});

	it("is numbered when others have it, and never grows too long", () => {
		expect(hostSlug("studio", new Set(["studio", "studio-2"]))).toBe("studio-3");
		const long = "x".repeat(30);
		expect(hostSlug(long, new Set(["x".repeat(20)]))).toBe(`${"x".repeat(18)}-2`);
	});
});
