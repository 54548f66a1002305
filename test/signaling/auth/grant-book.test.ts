import { beforeEach, describe, expect, it } from "vitest";
import { type Grant, MAX_VISITS, MAX_WRONG_PINS, stateOf } from "../../../signaling/auth/grant.ts";
import {
	GrantBook,
	type GrantOrder,
	MADE_A_MINUTE,
	MAX_ENDED,
	MAX_LIVE,
	MAX_LIVE_OF_GUESTS,
	MAX_LIVE_OF_LINK,
} from "../../../signaling/auth/grant-book.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { SavedRows } from "../../fakes/saved-rows.ts";
import { sampleGrant } from "../../support/sample-grant.ts";

const KEY = "signing key";
const HOUR = 3_600_000;
const refused = (code: string) => expect.objectContaining({ name: "PortholeError", code });

let clock: FakeClock;
let saved: SavedRows<Grant>;
let book: GrantBook;
let ends: string[];

beforeEach(() => {
	clock = new FakeClock();
	saved = new SavedRows();
	book = open();
	ends = [];
	book.onEnd(({ label }, end) => ends.push(`${label} ${end}`));
});

const open = (at: FakeClock = clock) => new GrantBook(KEY, { clock: at, wall: at.wall, table: saved.open() });
const tokens = new Map<string, string>();
/** Makes a grant; its token is kept for `redeem`. */
const create = async (more: Partial<GrantOrder> = {}): Promise<Grant> => {
	const { grant, token } = await book.create({
		deviceId: "phone",
		role: "view",
		label: "",
		madeBy: "owner",
		expires: clock.now() + HOUR,
		...more,
	});
	tokens.set(grant.id, token);
	return grant;
};
const redeem = (id: string, pin?: string, from = book) => from.redeem(tokens.get(id) ?? "nonsense", pin);
const stateNow = ({ id }: Grant) => {
	const grant = book.get(id);
	return grant && stateOf(grant, clock.now());
};

describe("the book of grants", () => {
	it("makes grants with ids of their own, and keeps no PIN", async () => {
		const [one, two] = [await create({ pin: "4711" }), await create({ pin: "4711" })];
		expect(one.id).not.toBe(two.id);
		expect(one.pin).not.toBe(two.pin);
		expect(book.live()).toEqual([one, two]);
		expect(JSON.stringify([...saved.rows.values()])).not.toContain("4711");
	});

	it("has kept each change when its promise settles", async () => {
		const grant = await create({ uses: 3, pin: "4711" });
		await redeem(grant.id, "4711");
		await expect(redeem(grant.id, "0000")).rejects.toThrow(refused("wrong-pin"));
		const again = open();
		expect(again.get(grant.id)).toEqual({ ...grant, used: 1, wrongPins: 1 });
		await redeem(grant.id, "4711", again);
		await again.revoke(grant.id);
		const third = open();
		await expect(redeem(grant.id, "4711", third)).rejects.toThrow(refused("revoked"));
	});

	it("counts a use that comes while another is being kept", async () => {
		const { id } = await create({ uses: 1 });
		const results = await Promise.allSettled([redeem(id), redeem(id), redeem(id)]);
		expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
		await expect(redeem(id)).rejects.toThrow(refused("used-up"));
	});

	it("knows nothing of a grant that it did not make", async () => {
		await expect(redeem("0123456789abcdef")).rejects.toThrow(refused("wrong-token"));
		expect(await book.revoke("0123456789abcdef")).toEqual({ ended: [] });
		book.noteVisit("0123456789abcdef", { name: "Ana" });
		expect(book.live()).toEqual([]);
	});

	it("makes no more than it can hold, until one ends", async () => {
		const [first] = await Promise.all(Array.from({ length: MAX_LIVE }, () => create()));
		await expect(create()).rejects.toThrow(refused("too-many-grants"));
		await book.revoke((first as Grant).id);
		await create();
	});

	it("lets what comes of one link be so much and no more, however many guests pass it on", async () => {
		const link = await create({ role: "own" });
		let last = link;
		// A chain of guests' guests, then a crowd of the last one's.
		for (let count = 0; count < 10; count++) last = await create({ role: "own", madeBy: last.id });
		for (let count = 10; count < MAX_LIVE_OF_LINK; count++) await create({ madeBy: last.id });
		for (const madeBy of [link.id, last.id])
			await expect(create({ madeBy })).rejects.toThrow(refused("too-many-grants"));
		const other = await create({ role: "own" });
		await create({ madeBy: other.id });
		await book.revoke(last.id);
		await create({ madeBy: link.id });
	});

	it("keeps room for owners, whatever guests make together", async () => {
		const links = await Promise.all(
			Array.from({ length: MAX_LIVE_OF_GUESTS / MAX_LIVE_OF_LINK + 1 }, () => create({ role: "own" })),
		);
		for (const { id } of links.slice(1))
			await Promise.all(Array.from({ length: MAX_LIVE_OF_LINK }, () => create({ madeBy: id })));
		await expect(create({ madeBy: links[0]?.id ?? "" })).rejects.toThrow(refused("too-many-grants"));
		await create();
	});

	it("lets what comes of one link be made at a bounded pace, and nobody else be slowed by it", async () => {
		const link = await create({ role: "own" });
		const guest = await create({ role: "own", madeBy: link.id });
		for (let count = 1; count < MADE_A_MINUTE; count++)
			await book.revoke((await create({ madeBy: count % 2 ? link.id : guest.id })).id);
		for (const madeBy of [link.id, guest.id])
			await expect(create({ madeBy })).rejects.toThrow(refused("too-many-requests"));
		await create({ madeBy: (await create({ role: "own" })).id });
		clock.advance(60_000);
		await create({ madeBy: guest.id });
	});

	it("remembers links of owners that have ended, however many of guests do", async () => {
		const mine = await create();
		await book.revoke(mine.id);
		for (let count = 0; count < MAX_ENDED + 1; count += 50) {
			clock.advance(1);
			const link = await create({ role: "own" });
			const made = await Promise.all(Array.from({ length: 50 }, () => create({ madeBy: link.id })));
			for (const { id } of made) await book.revoke(id);
		}
		expect(book.get(mine.id)?.ended?.reason).toBe("revoked");
	});

	it("forgets what ended first when too many have ended, and what ended a week ago", async () => {
		const grants = await Promise.all(Array.from({ length: MAX_ENDED + 2 }, () => create()));
		for (const { id } of grants) {
			clock.advance(1);
			await book.revoke(id);
		}
		expect(grants.filter(({ id }) => !book.get(id))).toEqual(grants.slice(0, 2));
		clock.advance(8 * 24 * HOUR);
		await create();
		await book.close();
		expect([...saved.rows.values()]).toHaveLength(1);
	});
});

describe("a PIN", () => {
	it("is asked for, and no wrong one is counted for asking", async () => {
		const { id } = await create({ pin: "4711" });
		await expect(redeem(id)).rejects.toThrow(refused("needs-pin"));
		expect(book.get(id)?.wrongPins).toBe(0);
		await redeem(id, "4711");
	});

	it("that is wrong for the tenth time closes the grant, for the right one too", async () => {
		const grant = await create({ pin: "4711", label: "guessed" });
		await redeem(grant.id, "4711");
		for (let wrong = 1; wrong < MAX_WRONG_PINS; wrong++) {
			await expect(redeem(grant.id, "0000")).rejects.toThrow(refused("wrong-pin"));
		}
		await expect(redeem(grant.id, "0000")).rejects.toThrow(refused("too-many-tries"));
		await expect(redeem(grant.id, "4711")).rejects.toThrow(refused("too-many-tries"));
		// Whoever came in with the right one stays: a guesser turns nobody out.
		expect(stateNow(grant)).toBe("closed");
		expect(ends).toEqual([]);
	});

	it("can be tried ten times and no more, however many try at once", async () => {
		const { id } = await create({ pin: "4711" });
		const tries = Array.from({ length: 50 }, (_, at) => redeem(id, at < 49 ? "0000" : "4711"));
		const codes = (await Promise.allSettled(tries)).map((result) =>
			result.status === "rejected" ? (result.reason as PortholeError).code : "in",
		);
		expect(codes.filter((code) => code === "wrong-pin")).toHaveLength(9);
		expect(codes.filter((code) => code === "too-many-tries")).toHaveLength(41);
	});

	it("of a grant without one is not looked at", async () => {
		const { id } = await create();
		await redeem(id, "0000");
		expect(book.get(id)).toMatchObject({ used: 1, wrongPins: 0 });
	});
});

describe("an end", () => {
	it("by time is told once, in its moment", async () => {
		await create({ label: "first", expires: clock.now() + 1_000 });
		await create({ label: "second", expires: clock.now() + 400_000 });
		clock.advance(999);
		expect(ends).toEqual([]);
		clock.advance(1);
		expect(ends).toEqual(["first expired"]);
		clock.advance(HOUR);
		expect(ends).toEqual(["first expired", "second expired"]);
	});

	it("by revocation is told at once, and once", async () => {
		const { id } = await create({ label: "it" });
		const revoking = book.revoke(id);
		expect(ends).toEqual(["it revoked"]);
		await revoking;
		expect(await book.revoke(id)).toEqual({ ended: [] });
		clock.advance(2 * HOUR);
		expect(ends).toEqual(["it revoked"]);
	});

	it("is noticed although the timer was late, as after a computer's sleep", async () => {
		const grant = await create({ label: "it" });
		const late = new FakeClock(clock.now() + 2 * HOUR);
		const woken = open(late);
		woken.onEnd(({ label }, end) => ends.push(`${label} ${end}`));
		await expect(redeem(grant.id, undefined, woken)).rejects.toThrow(refused("expired"));
		expect(woken.live()).toEqual([]);
		late.advance(0);
		expect(ends).toEqual(["it expired"]);
	});

	it("is not told to who has stopped listening, nor after closing", async () => {
		const heard: string[] = [];
		const stop = book.onEnd(({ label }) => heard.push(label));
		await book.revoke((await create({ label: "a" })).id);
		stop();
		await book.revoke((await create({ label: "b" })).id);
		expect(heard).toEqual(["a"]);
		await create({ label: "c" });
		await book.close();
		await book.close();
		expect(clock.pending).toBe(0);
	});
});

describe("a grant made by a guest", () => {
	it("lasts no longer than the guest may stay", async () => {
		const guest = await create({ role: "own", expires: clock.now() + 1_000 });
		const child = await create({ madeBy: guest.id });
		expect(child.expires).toBe(guest.expires);
		const short = await create({ madeBy: guest.id, expires: clock.now() + 10 });
		expect(short.expires).toBe(clock.now() + 10);
	});

	it("ends when the guest's is revoked, and so do those that its guests made", async () => {
		const guest = await create({ role: "own", label: "guest" });
		const child = await create({ role: "own", madeBy: guest.id, label: "child" });
		await create({ madeBy: child.id, label: "grandchild" });
		await create({ label: "other" });
		const { ended } = await book.revoke(guest.id);
		expect(ended.map(({ label }) => label)).toEqual(["guest", "child", "grandchild"]);
		expect(ends).toEqual(["guest revoked", "child revoked", "grandchild revoked"]);
		expect(book.live().map(({ label }) => label)).toEqual(["other"]);
	});

	it("is not made when the guest's right has ended meanwhile", async () => {
		const guest = await create({ role: "own" });
		const brief = await create({ role: "own", expires: clock.now() + 1 });
		await book.revoke(guest.id);
		clock.advance(1);
		await expect(create({ madeBy: guest.id })).rejects.toThrow(refused("revoked"));
		await expect(create({ madeBy: brief.id })).rejects.toThrow(refused("expired"));
		await expect(create({ madeBy: "nobody" })).rejects.toThrow(refused("revoked"));
	});
});

describe("visits", () => {
	it("are remembered newest first, one for each person and place, and a bounded number", async () => {
		const { id } = await create();
		book.noteVisit(id, { name: "Ana", address: "a" });
		clock.advance(5);
		book.noteVisit(id, { name: "Ben", address: "a" });
		clock.advance(5);
		book.noteVisit(id, { name: "Ana", address: "a" });
		expect(book.get(id)?.visits.map(({ name }) => name)).toEqual(["Ana", "Ben"]);
		expect(book.get(id)?.visits[0]?.at).toBe(clock.now());
		for (let at = 0; at < 30; at++) book.noteVisit(id, { name: `Guest ${at}`, address: "a" });
		expect(book.get(id)?.visits).toHaveLength(MAX_VISITS);
		expect(book.get(id)?.visits[0]?.name).toBe("Guest 29");
	});

	it("without a name get it as soon as it is said", async () => {
		const { id } = await create();
		book.noteVisit(id, { address: "a" });
		book.noteVisit(id, { address: "b" });
		book.noteVisit(id, { name: "Ana", address: "a" });
		expect(book.get(id)?.visits).toMatchObject([{ name: "Ana", address: "a" }, { address: "b" }]);
	});
});

describe("when the store cannot keep it", () => {
	const fail = () => {
		saved.save = async () => {
			throw new PortholeError("state-not-writable", "The disk is full.");
		};
	};

	it("no grant is made", async () => {
		fail();
		await expect(create()).rejects.toThrow(refused("state-not-writable"));
		expect(book.live()).toEqual([]);
	});

	it("a grant and those made by its guests are revoked all the same, and the trouble is told", async () => {
		const grant = await create({ label: "it", role: "own" });
		const child = await create({ label: "child", madeBy: grant.id });
		fail();
		const { ended, unsaved } = await book.revoke(grant.id);
		expect(ended.map(({ label }) => label)).toEqual(["it", "child"]);
		expect(unsaved).toMatchObject({ code: "state-not-writable" });
		expect([grant, child].map(stateNow)).toEqual(["revoked", "revoked"]);
		expect(ends).toEqual(["it revoked", "child revoked"]);
	});

	it("visits and expiry go on without it", async () => {
		const { id } = await create({ label: "it" });
		fail();
		book.noteVisit(id, { name: "Ana" });
		clock.advance(HOUR);
		expect(ends).toEqual(["it expired"]);
	});
});

it("opens with what the store has", async () => {
	const grant = sampleGrant({ created: clock.now(), expires: clock.now() + HOUR });
	const opened = new GrantBook(KEY, {
		clock,
		wall: clock.wall,
		table: new SavedRows([[grant.id, grant]]).open(),
	});
	expect(opened.live()).toEqual([grant]);
});
