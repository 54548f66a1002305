import fc from "fast-check";
import { expect, it } from "vitest";
import { type Grant, stateOf } from "../../../signaling/auth/grant.ts";
import { GrantBook } from "../../../signaling/auth/grant-book.ts";
import type { PortholeError } from "../../../signaling/protocol/errors.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { SavedRows } from "../../fakes/saved-rows.ts";

/** One grant, as simply as it can be said. */
interface Expected {
	readonly id: string;
	readonly token: string;
	readonly madeBy: Expected | undefined;
	readonly expires: number;
	readonly pin: string | undefined;
	uses: number;
	wrong: number;
	revoked: boolean;
}

interface World {
	clock: FakeClock;
	saved: SavedRows<Grant>;
	book: GrantBook;
	ends: Map<string, string[]>;
	grants: Expected[];
}

/** Why the model refuses, or `in`. */
function verdict(grant: Expected, now: number, pin: string | undefined): string {
	if (grant.revoked) return "revoked";
	if (grant.expires <= now) return "expired";
	if (grant.wrong >= 10) return "too-many-tries";
	if (grant.uses === 0) return "used-up";
	if (grant.pin === undefined) return "in";
	if (pin === undefined) return "needs-pin";
	if (pin === grant.pin) return "in";
	return grant.wrong === 9 ? "too-many-tries" : "wrong-pin";
}

function revoke(world: World, grant: Expected): void {
	if (grant.revoked || grant.expires <= world.clock.now()) return;
	grant.revoked = true;
	for (const child of world.grants) if (child.madeBy === grant) revoke(world, child);
}

function listen(world: World): void {
	world.book.onEnd(({ id }, end) => world.ends.set(id, [...(world.ends.get(id) ?? []), end]));
}

type Step = (world: World) => Promise<void>;
const pick = (world: World, at: number) => world.grants[at % Math.max(1, world.grants.length)];

const makes = fc
	.record({
		lasts: fc.integer({ min: 1, max: 500 }),
		pin: fc.option(fc.constantFrom("1111", "2222"), { nil: undefined }),
		uses: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
		by: fc.option(fc.nat(50), { nil: undefined }),
	})
	.map<Step>(({ lasts, pin, uses, by }) => async (world) => {
		const now = world.clock.now();
		const madeBy = by === undefined ? undefined : pick(world, by);
		const order = { deviceId: "phone", role: "own", label: "", pin, uses } as const;
		const making = world.book.create({ ...order, madeBy: madeBy?.id ?? "owner", expires: now + lasts });
		if (madeBy && (madeBy.revoked || madeBy.expires <= now)) {
			await expect(making).rejects.toMatchObject({ code: madeBy.revoked ? "revoked" : "expired" });
			return;
		}
		const {
			grant: { id, expires },
			token,
		} = await making;
		expect(expires).toBe(Math.min(now + lasts, madeBy?.expires ?? Infinity));
		const rest = { uses: uses ?? Infinity, wrong: 0, revoked: false };
		world.grants.push({ id, token, madeBy, expires, pin, ...rest });
	});
const redeems = fc
	.tuple(fc.nat(50), fc.constantFrom(undefined, "1111", "2222", "3333"), fc.integer({ min: 1, max: 12 }))
	.map<Step>(([at, pin, times]) => async (world) => {
		const grant = pick(world, at);
		if (!grant) return;
		for (let time = 0; time < times; time++) {
			const expected = verdict(grant, world.clock.now(), pin);
			const said = await world.book.redeem(grant.token, pin).then(
				() => "in",
				(error: PortholeError) => error.code,
			);
			expect(said).toBe(expected);
			if (expected === "in") grant.uses--;
			if (pin !== undefined && ["wrong-pin", "too-many-tries"].includes(expected) && grant.wrong < 10)
				grant.wrong++;
		}
	});
const revokes = fc.nat(50).map<Step>((at) => async (world) => {
	const grant = pick(world, at);
	if (!grant) return;
	revoke(world, grant);
	await world.book.revoke(grant.id);
});
const passes = fc.integer({ min: 1, max: 300 }).map<Step>(
	(ms) =>
		async ({ clock }) =>
			clock.advance(ms),
);
const restarts = fc.constant<Step>(async (world) => {
	await world.book.close();
	world.book = new GrantBook("key", {
		clock: world.clock,
		wall: world.clock.wall,
		table: world.saved.open(),
	});
	listen(world);
	// What expired while nobody listened is told at once.
	world.clock.advance(0);
});

it("agrees with a model of grants in whatever order things happen, restarts included", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.oneof(makes, redeems, revokes, passes, restarts), { minLength: 1, maxLength: 30 }),
			async (steps) => {
				const clock = new FakeClock(1_000);
				const saved = new SavedRows<Grant>();
				const world: World = {
					clock,
					saved,
					book: new GrantBook("key", { clock, wall: clock.wall, table: saved.open() }),
					ends: new Map(),
					grants: [],
				};
				listen(world);
				for (const step of steps) {
					await step(world);
					const now = clock.now();
					const live = world.grants.filter((grant) => !grant.revoked && grant.expires > now);
					expect(world.book.live().map(({ id }) => id)).toEqual(live.map(({ id }) => id));
					for (const { id, revoked, expires } of world.grants) {
						const end = revoked ? ["revoked"] : expires <= now ? ["expired"] : undefined;
						expect(world.ends.get(id)).toEqual(end);
						const kept = world.book.get(id);
						if (end && kept) expect(stateOf(kept, now)).toBe(end[0]);
					}
				}
			},
		),
		{ numRuns: 300 },
	);
});
