import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";

/** The clone's top folder. */
export const root = resolve(import.meta.dirname, "../../..");
/** Where the packages of the check are, and where it keeps what it made. */
export const kept = join(root, ".setup", "native-check-macos");
/** Darwin's headers, libc++ and the list of what libSystem exports. */
export const darwin = join(kept, "node_modules", "@zigc", "lib");
/** The Node that runs this: its headers are those of every platform. */
export const nodeFolder = dirname(dirname(process.execPath));

/** The macOS that the addon asks for at least. */
export const MACOS = "14.0";

/** A kind of processor that the addon is built for, by its name in Mach-O. */
export type Processor = "arm64" | "x86_64";
export const processors: readonly Processor[] = ["arm64", "x86_64"];

/** What a program said and how it ended. */
export interface Outcome {
	readonly succeeded: boolean;
	/** Standard output. */
	readonly text: string;
	/** Standard error. */
	readonly complaints: string;
}

/** Runs a program to its end. Throws when there is no such program. */
export function runProgram(program: string, args: readonly string[], cwd = root): Promise<Outcome> {
	return new Promise((done, fail) => {
		const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
		const output: Buffer[] = [];
		const complaints: Buffer[] = [];
		child.stdout.on("data", (chunk) => output.push(chunk));
		child.stderr.on("data", (chunk) => complaints.push(chunk));
		child.on("error", fail);
		child.on("close", (code) =>
			done({
				succeeded: code === 0,
				text: Buffer.concat(output).toString(),
				complaints: Buffer.concat(complaints).toString(),
			}),
		);
	});
}

/** Does one thing for each of many, as many at a time as there are processors, and gives the answers in order. */
export async function forEachAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
	const answers: R[] = new Array(items.length);
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < items.length; index = next++)
			answers[index] = await work(items[index] as T);
	};
	await Promise.all(Array.from({ length: availableParallelism() }, worker));
	return answers;
}

/**
 * What clang is told instead of an SDK's path: Darwin's headers with our declarations of frameworks. libc++ is configured
 * as macOS has it; on a Mac a header of the SDK says so.
 */
export function systemFlags(processor: Processor, frameworks: string): string[] {
	return [
		...["-target", `${processor}-apple-macos${MACOS}`],
		...["-nostdinc", "-nostdinc++"],
		...["-isystem", join(darwin, "libcxx", "include")],
		...["-isystem", join(darwin, "libcxxabi", "include")],
		...["-isystem", "/usr/lib/llvm-19/lib/clang/19/include"],
		...["-isystem", join(darwin, "libc", "include", "any-darwin-any")],
		...["-F", frameworks],
		"-fblocks",
		...libraryConfiguration.map((setting) => `-D_LIBCPP_${setting}`),
	];
}

const libraryConfiguration = [
	"ABI_VERSION=1",
	"ABI_NAMESPACE=__1",
	"HAS_THREADS=1",
	"HAS_MONOTONIC_CLOCK=1",
	"HAS_TERMINAL=1",
	"HAS_MUSL_LIBC=0",
	"HAS_VENDOR_AVAILABILITY_ANNOTATIONS=0",
	"HAS_FILESYSTEM=1",
	"HAS_RANDOM_DEVICE=1",
	"HAS_LOCALIZATION=1",
	"HAS_UNICODE=1",
	"HAS_WIDE_CHARACTERS=1",
	"HARDENING_MODE=_LIBCPP_HARDENING_MODE_NONE",
	"PSTL_BACKEND_SERIAL",
];
