import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { root, run, SetupError } from "../step.mjs";

/** What Debian has in other forms than the worker expects. */
const ours = join(root, "setup", "mediasoup");

/** Builds mediasoup's worker from its sources in the npm package, in the folder `build`. Answers where it lies. */
export async function buildWorker(sources, build) {
	cpSync(sources, join(build, "worker"), { recursive: true });
	useDebianLibraries(join(build, "worker"));
	await compile(build);
	return join(build, "mediasoup-worker");
}

/** Fits the worker's sources to Debian; each change must find its place, so that a new version is looked at first. */
export function useDebianLibraries(sources) {
	rmSync(join(sources, "subprojects"), { recursive: true });
	cpSync(join(ours, "subprojects"), join(sources, "subprojects"), { recursive: true });
	cpSync(join(ours, "precompiled.hpp"), join(sources, "precompiled", "precompiled.hpp"));
	const meson = join(sources, "meson.build");
	change(meson, "meson_version: '>= 1.1.0'", "meson_version: '>= 1.0.0'");
	// Found as a folder, without the wrap file that dependency() goes by.
	change(
		meson,
		"dependency('unordered_dense')",
		"subproject('unordered-dense').get_variable('ankerl_unordered_dense_dep')",
	);
	// Halves the time of compilation.
	change(
		meson,
		"executable(\n  'mediasoup-worker',",
		"executable(\n  'mediasoup-worker',\n  cpp_pch: 'precompiled/precompiled.hpp',",
	);
	// The flag is one bit of several. Compared with ==, the callback answers 1 to everything, also to the question
	// whether the kernel encrypts, and an OpenSSL that has kernel TLS, as Debian's, then writes through a null pointer.
	change(
		join(sources, "src", "RTC", "DtlsTransport.cpp"),
		"(operationType == BIO_CB_RETURN)",
		"(operationType & BIO_CB_RETURN)",
	);
}

async function compile(build) {
	const output = join(build, "output");
	const flags = [
		"--wrap-mode=nodownload",
		"--buildtype=plain",
		"-Dcpp_args=-O2",
		"-Db_ndebug=true",
		"-Db_pie=true",
	];
	const label = "Building mediasoup's worker";
	const remedy = "The compiler's words are above.";
	await run(`${label} (1 of 3)`, "meson", ["setup", ...flags, output, join(build, "worker")], { remedy });
	// Its build file forgets that libwebrtc needs the generated headers too.
	await run(`${label} (2 of 3)`, "ninja", ["-C", output, "fbs/FBS/common.h"], { remedy });
	const jobs = ["-j", String(availableParallelism())];
	await run(`${label} (3 of 3, takes minutes)`, "ninja", ["-C", output, ...jobs, "mediasoup-worker"], {
		remedy,
	});
	const strip = spawnSync("strip", ["-o", join(build, "mediasoup-worker"), join(output, "mediasoup-worker")]);
	if (strip.status !== 0) throw new SetupError(`${label} failed: strip ended with ${strip.status}.`);
}

function change(path, from, to) {
	const text = readFileSync(path, "utf8");
	if (!text.includes(from)) throw new SetupError(`${path} has changed: there is no ${from} in it.`);
	writeFileSync(
		path,
		text.replace(from, () => to),
	);
}
