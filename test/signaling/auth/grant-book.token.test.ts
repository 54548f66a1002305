import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Grant } from "../../../signaling/auth/grant.ts";
import { GrantBook } from "../../../signaling/auth/grant-book.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { SavedRows } from "../../fakes/saved-rows.ts";

const refused = (code: string) => expect.objectContaining({ name: "PortholeError", code });

let clock: FakeClock;
let saved: SavedRows<Grant>;
let book: GrantBook;
let grant: Grant;
let token: string;

beforeEach(async () => {
	clock = new FakeClock();
	saved = new SavedRows();
	book = new GrantBook("signing key", { clock, wall: clock.wall, table: saved.open() });
	({ grant, token } = await create());
});

const create = () =>
	book.create({
		deviceId: "phone",
		role: "view",
		label: "",
		madeBy: "owner",
		expires: clock.now() + 60_000,
	});

describe("the token of a link", () => {
	it("is 22 characters that can stand in a fragment as they are: 128 random bits", () => {
		expect(token).toMatch(/^[\w-]{22}$/);
		expect(Buffer.from(token, "base64url")).toHaveLength(16);
	});

	it("is another each time", async () => {
		const made = await Promise.all(Array.from({ length: 200 }, create));
		expect(new Set(made.map((one) => one.token))).toHaveProperty("size", 200);
		expect(new Set(made.map((one) => one.grant.id))).toHaveProperty("size", 200);
	});

	it("is neither in the grant nor in what is saved, also once it was opened, revoked or has expired", async () => {
		const kept = () => JSON.stringify([grant, ...book.live(), ...saved.rows]);
		expect(kept()).not.toContain(token);
		await book.redeem(token);
		expect(kept()).not.toContain(token);
		const other = await create();
		await book.revoke(other.grant.id);
		expect(kept()).not.toContain(other.token);
		clock.advance(60_000);
		expect(kept()).not.toContain(token);
	});

	it("finds its grant, also after a restart, and while its end can be told", async () => {
		expect(book.byToken(token)).toEqual(grant);
		const again = new GrantBook("signing key", { clock, wall: clock.wall, table: saved.open() });
		expect(again.byToken(token)).toEqual(grant);
		await again.revoke(grant.id);
		expect(again.byToken(token)?.ended?.reason).toBe("revoked");
		await expect(again.redeem(token)).rejects.toThrow(refused("revoked"));
		clock.advance(60_000);
		await expect(book.redeem(token)).rejects.toThrow(refused("expired"));
	});

	it("opens nothing any more once its grant is forgotten", async () => {
		await book.revoke(grant.id);
		clock.advance(8 * 24 * 3_600_000);
		await create();
		expect(book.byToken(token)).toBeUndefined();
		await expect(book.redeem(token)).rejects.toThrow(refused("wrong-token"));
	});

	it.each<[string, () => string]>([
		["nothing", () => ""],
		["nonsense", () => "nonsense"],
		["the grant's id", () => grant.id],
		["what is kept of it", () => grant.tokenHash],
		["the token cut short", () => token.slice(0, -1)],
		["the token with more behind it", () => `${token}x`],
		[
			"the token in another case",
			() => token.replace(/[a-z]/i, (one) => (one < "a" ? one.toLowerCase() : one.toUpperCase())),
		],
		["the token with padding", () => `${token}==`],
		["the token in other base64", () => Buffer.from(token, "base64url").toString("base64")],
		["an unsigned JSON Web Token", () => `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`],
		["4 KiB", () => "a".repeat(4096)],
		["the name of a property", () => "__proto__"],
	])("is not %s", async (_, guess) => {
		expect(book.byToken(guess())).toBeUndefined();
		await expect(book.redeem(guess())).rejects.toThrow(refused("wrong-token"));
		expect(book.get(grant.id)?.used).toBe(0);
	});

	it("is worth nothing with any one character changed", () => {
		const place = fc.nat({ max: token.length - 1 });
		fc.assert(
			fc.property(place, fc.string({ minLength: 1, maxLength: 1 }), (at, other) => {
				fc.pre(token[at] !== other);
				expect(book.byToken(token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
			}),
		);
	});

	it("needs all of its hash: a grant under the same id is not enough", async () => {
		const forged = { ...grant, tokenHash: grant.id.padEnd(64, "0") };
		const other = new GrantBook("signing key", { table: new SavedRows([[grant.id, forged]]).open() });
		expect(other.byToken(token)).toBeUndefined();
		await expect(other.redeem(token)).rejects.toThrow(refused("wrong-token"));
	});
});
