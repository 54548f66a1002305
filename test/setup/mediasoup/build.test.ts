import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { useDebianLibraries } from "../../../setup/mediasoup/build.mjs";

let sources: string;
const meson = [
	"project('mediasoup-worker', meson_version: '>= 1.1.0')",
	"unordered = dependency('unordered_dense')",
	"executable(",
	"  'mediasoup-worker',",
	")",
].join("\n");

beforeEach(async () => {
	sources = await mkdtemp(join(tmpdir(), "porthole-worker-"));
	await mkdir(join(sources, "subprojects"));
	await mkdir(join(sources, "src", "RTC"), { recursive: true });
	await writeFile(join(sources, "subprojects", "openssl.wrap"), "");
	await writeFile(join(sources, "meson.build"), meson);
	await writeFile(join(sources, "src", "RTC", "DtlsTransport.cpp"), "(operationType == BIO_CB_RETURN)");
});
afterEach(() => rm(sources, { recursive: true }));

it("the worker's sources are fitted to Debian's libraries", async () => {
	useDebianLibraries(sources);
	const changed = await readFile(join(sources, "meson.build"), "utf8");
	expect(changed).toContain("'>= 1.0.0'");
	expect(changed).toContain("subproject('unordered-dense').get_variable(");
	expect(changed).toContain("cpp_pch: 'precompiled/precompiled.hpp'");
	const dtls = await readFile(join(sources, "src", "RTC", "DtlsTransport.cpp"), "utf8");
	expect(dtls).toBe("(operationType & BIO_CB_RETURN)");
	await expect(
		readFile(join(sources, "subprojects", "libsrtp3", "include", "srtp.h")),
	).resolves.toBeDefined();
	await expect(readFile(join(sources, "subprojects", "openssl.wrap"))).rejects.toThrow(/ENOENT/);
});

it("a new version in which a change finds no place is refused", async () => {
	await writeFile(join(sources, "src", "RTC", "DtlsTransport.cpp"), "something new");
	expect(() => useDebianLibraries(sources)).toThrow(/DtlsTransport.cpp has changed/);
});
