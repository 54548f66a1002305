import type { GypTarget } from "./gyp-target.ts";
import { linkedFrameworks } from "./link.ts";
import { MACOS } from "./toolchain.ts";

/** Settings of Xcode that the addon is written for. */
const required: Readonly<Record<string, readonly string[]>> = {
	CLANG_ENABLE_OBJC_ARC: ["YES"],
	CLANG_CXX_LANGUAGE_STANDARD: ["c++20", "gnu++20"],
	CLANG_CXX_LIBRARY: ["libc++"],
	GCC_ENABLE_CPP_EXCEPTIONS: ["YES"],
	GCC_ENABLE_CPP_RTTI: ["YES"],
	MACOSX_DEPLOYMENT_TARGET: [MACOS],
};

/** What is wrong with how gyp would build the addon on a Mac. */
export function faultsOf(target: GypTarget, declared: readonly string[]): string[] {
	const faults: string[] = [];
	for (const [name, values] of Object.entries(required)) {
		const found = target.settings[name];
		if (typeof found !== "string" || !values.includes(found))
			faults.push(`${name} is ${found ?? "not set"} where it must be ${values.join(" or ")}.`);
	}
	for (const word of [...target.libraries, ...target.linkerFlags]) {
		if (/PrivateFrameworks/.test(word))
			faults.push(`${word}: a private framework is linked; look it up at run time.`);
		if (/dynamic_lookup|-U\b|flat_namespace/.test(word))
			faults.push(`${word}: only node-gyp may leave symbols to be found at run time.`);
	}
	for (const framework of linkedFrameworks(target)) {
		if (!declared.includes(framework))
			faults.push(
				`${framework} is linked and has no declarations in check/macos/frameworks; is it a private one?`,
			);
	}
	if (target.sources.length === 0) faults.push("There are no sources.");
	return faults;
}
