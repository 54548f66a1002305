import { describe, expect, test } from "vitest";
import { systemClock } from "../../../../../server/devices/clock.ts";
import { MAX_WORDS, SystemTools } from "../../../../../server/devices/simulator/tools/programs.ts";
import { FakeClock } from "../../../../fakes/fake-clock.ts";

const tools = new SystemTools(systemClock);
const sh = (script: string) => ["-c", script] as const;

/** Starts a shell script and keeps what it says. */
function start(script: string, by = tools) {
	const said: string[] = [];
	const ended = Promise.withResolvers<string>();
	const program = by.start("/bin/sh", sh(script), {
		output: (piece) => said.push(piece.toString("utf8")),
		ended: ended.resolve,
	});
	return { program, said, ended: ended.promise };
}

describe("a program that is run to its end", () => {
	test("gets its input and gives its output, exit code and words", async () => {
		const ran = await tools.run("/bin/sh", sh("cat; echo oops >&2; exit 3"), { input: "hello" });
		expect(ran).toEqual({ code: 3, output: Buffer.from("hello"), words: "oops\n" });
	});

	test("gives the last 4 KiB of its words only", async () => {
		const { words } = await tools.run(
			"/bin/sh",
			sh("head -c 20000 /dev/zero | tr '\\0' x >&2; echo end >&2"),
		);
		expect(words).toHaveLength(MAX_WORDS);
		expect(words.endsWith("xend\n")).toBe(true);
	});

	test("fails with a code when it is missing, says too much, or takes too long", async () => {
		await expect(tools.run("/no/such/program", [])).rejects.toMatchObject({ code: "program-missing" });
		await expect(tools.run("/bin/sh", sh("yes"), { maxBytes: 10_000 })).rejects.toMatchObject({
			code: "program-overflow",
		});
		const clock = new FakeClock();
		const slow = new SystemTools(clock).run("/bin/sh", sh("exec sleep 60"), { limit: 500 });
		clock.advance(500);
		await expect(slow).rejects.toMatchObject({ code: "program-silent" });
	});

	test("may end before it has read its input", async () => {
		const input = "x".repeat(1024 * 1024);
		await expect(tools.run("/bin/sh", sh("exit 0"), { input })).resolves.toMatchObject({ code: 0 });
	});
});

describe("a program that goes on", () => {
	test("is written to and heard, and tells how it ended with its last words", async () => {
		const { program, said, ended } = start(
			'read line; echo "got $line"; echo first >&2; echo last >&2; exit 7',
		);
		expect(program.write("a line\n")).toBe(true);
		expect(await ended).toBe("ended with exit code 7: last");
		expect(said.join("")).toBe("got a line\n");
		expect(program.write("more\n")).toBe(false);
	});

	test("tells when it cannot be started, and which signal ended it", async () => {
		const ended = Promise.withResolvers<string>();
		tools.start("/no/such/program", [], { output() {}, ended: ended.resolve });
		expect(await ended.promise).toMatch(/^could not be started: .*ENOENT/);
		expect(await start("kill -9 $$").ended).toBe("was ended by SIGKILL");
	});

	test("is not written to any more when it does not read", async () => {
		const { program } = start("exec sleep 60");
		const piece = "x".repeat(64 * 1024);
		let taken = 0;
		while (taken < 100 && program.write(piece)) taken++;
		expect(taken).toBeGreaterThan(3);
		expect(taken).toBeLessThan(20);
		await program.end();
	});

	test("is ended without telling, by force when it does not want to", async () => {
		const clock = new FakeClock();
		const { program, said, ended } = start(
			"trap '' TERM; echo ready; while :; do sleep 1; done",
			new SystemTools(clock),
		);
		await expect.poll(() => said.join("")).toBe("ready\n");
		let told = false;
		void ended.then(() => (told = true));
		const gone = program.end();
		clock.advance(1000);
		await gone;
		await program.end();
		expect(told).toBe(false);
	});
});
