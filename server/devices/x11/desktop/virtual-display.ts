import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../clock.ts";
import { type Environment, findProgram, Program, programFailed, programMissing } from "./program.ts";

/** How long the X server may take to be ready, ms. */
const START_LIMIT = 10_000;

interface VirtualDisplayOptions {
	readonly width: number;
	readonly height: number;
	readonly clock: Clock;
	readonly environment: Environment;
	/** Another user who may use it, too. */
	readonly user?: number | undefined;
}

/** An X server of our own without a monitor, which only this user and that of its programs may use. */
export class VirtualDisplay {
	/** Name for clients, such as `:7`. */
	readonly display: string;
	readonly #server: Program;
	readonly #clock: Clock;

	private constructor(display: string, server: Program, clock: Clock) {
		this.display = display;
		this.#server = server;
		this.#clock = clock;
	}

	/** Starts Xvfb on a free display number. Throws PortholeError `program-missing` or `program-failed`. */
	static async start({
		width,
		height,
		clock,
		environment,
		user,
	}: VirtualDisplayOptions): Promise<VirtualDisplay> {
		const [xvfb, xhost, setpriv] = await Promise.all(
			["Xvfb", "xhost", "setpriv"].map((name) => findProgram(name, environment)),
		);
		if (!xvfb) throw programMissing("Xvfb", "xvfb");
		if (!xhost) throw programMissing("xhost", "x11-xserver-utils");
		const folder = await mkdtemp(join(tmpdir(), "porthole-desktop-"));
		const authority = join(folder, "authority");
		await writeFile(authority, authorityFile(randomBytes(16)), { mode: 0o600 });
		const server = new Program({
			...commandThatDiesWithUs(setpriv, xvfb, [
				...["-displayfd", "1", "-screen", "0", `${width}x${height}x24`, "-auth", authority],
				...["-nolisten", "tcp", "-noreset", "-dpi", "96", "+extension", "RANDR"],
			]),
			environment,
			output: true,
		});
		try {
			const display = `:${await displayNumber(server, clock)}`;
			for (const one of [process.getuid?.() ?? 0, user])
				if (one !== undefined) await admit(one, xhost, display, { ...environment, XAUTHORITY: authority });
			return new VirtualDisplay(display, server, clock);
		} catch (error) {
			await server.end(clock);
			throw error;
		} finally {
			// The server has read it, and nobody needs the cookie any more.
			await rm(folder, { recursive: true, force: true });
		}
	}

	/** Ends the server and removes what it may leave behind. */
	async close(): Promise<void> {
		await this.#server.end(this.#clock);
		const number = this.display.slice(1);
		// The server removes these itself unless it had to be killed.
		await Promise.all(
			[`/tmp/.X${number}-lock`, `/tmp/.X11-unix/X${number}`].map((path) => rm(path, { force: true })),
		);
	}
}

/** The kernel ends the server when this process dies, even if it was killed; only Linux has that. */
function commandThatDiesWithUs(setpriv: string | undefined, command: string, args: readonly string[]) {
	return setpriv
		? { command: setpriv, arguments: ["--pdeathsig", "TERM", command, ...args] }
		: { command, arguments: args };
}

async function displayNumber(server: Program, clock: Clock): Promise<number> {
	const line = await server.firstLine(clock, START_LIMIT);
	if (line !== undefined && /^\d+$/.test(line)) return Number(line);
	throw programFailed("Xvfb", `It ${await server.ended} before it had a display. ${server.lastError}`);
}

/**
 * Whoever runs as a user may connect from now on: the addon and the programs do not know the cookie, and other users of
 * the machine have neither.
 */
async function admit(user: number, xhost: string, display: string, environment: Environment): Promise<void> {
	const program = new Program({
		command: xhost,
		arguments: [`+si:localuser:#${user}`],
		environment: { ...environment, DISPLAY: display },
	});
	const how = await program.ended;
	if (how !== "ended with exit code 0") throw programFailed("xhost", `It ${how}. ${program.lastError}`);
}

/** An Xauthority file (libXau) with one cookie for every display: family "wild", no address, no number. */
function authorityFile(cookie: Buffer): Buffer {
	const field = (data: Buffer) => {
		const length = Buffer.alloc(2);
		length.writeUInt16BE(data.length);
		return Buffer.concat([length, data]);
	};
	const wild = Buffer.from([0xff, 0xff]);
	const name = Buffer.from("MIT-MAGIC-COOKIE-1");
	return Buffer.concat([wild, field(Buffer.alloc(0)), field(Buffer.alloc(0)), field(name), field(cookie)]);
}
