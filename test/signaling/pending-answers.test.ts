import { beforeEach, describe, expect, it } from "vitest";
import { PendingAnswers } from "../../signaling/pending-answers.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import { FakeClock } from "../fakes/fake-clock.ts";

let clock: FakeClock;
let pending: PendingAnswers<string>;
let ids: string[];

const question = {
	of: "ana",
	within: 1_000,
	late: new PortholeError("late", "Too late."),
	tooMany: new PortholeError("full", "Too many."),
};

beforeEach(() => {
	clock = new FakeClock();
	pending = new PendingAnswers(clock);
	ids = [];
});

function ask(of = "ana"): Promise<string> {
	const answer = pending.ask({ ...question, of }, (id) => ids.push(id));
	answer.catch(() => {});
	return answer;
}

const newest = () => ids.at(-1) as string;

describe("pending answers", () => {
	it("come to whoever asked, in whatever order", async () => {
		const [one, two] = [ask(), ask()];
		pending.settle(ids[1] as string, "ana", "second");
		pending.settle(ids[0] as string, "ana", new PortholeError("no", "No."));
		await expect(one).rejects.toMatchObject({ code: "no" });
		expect(await two).toBe("second");
		expect(clock.pending).toBe(0);
	});

	it("are not taken from another, nor twice, nor without a question", async () => {
		const answer = ask();
		pending.settle(newest(), "ben", "forged");
		pending.settle("nobody asked", "ana", "nothing");
		pending.settle(newest(), "ana", "true");
		pending.settle(newest(), "ana", "again");
		expect(await answer).toBe("true");
	});

	it("are waited for so long, and not longer than who is asked is there", async () => {
		const late = ask();
		clock.advance(1_000);
		await expect(late).rejects.toMatchObject({ code: "late" });
		const [lost, kept] = [ask("ana"), ask("ben")];
		pending.lose("ana", new PortholeError("gone", "Gone."));
		await expect(lost).rejects.toMatchObject({ code: "gone" });
		pending.settle(newest(), "ben", "here");
		expect(await kept).toBe("here");
	});

	it("are so many, and no more are asked for", async () => {
		const all = Array.from({ length: 256 }, () => ask());
		await expect(ask()).rejects.toMatchObject({ code: "full" });
		expect(ids).toHaveLength(256);
		clock.advance(1_000);
		await Promise.allSettled(all);
		expect(clock.pending).toBe(0);
	});
});
