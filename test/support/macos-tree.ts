import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { root } from "../../setup/step.mjs";
import { temporaryFolder } from "./temporary-folder.ts";

/** Whether the check of the macOS code can run: `npm run native:check:macos` installs what it takes. */
export function hasNativeCheckMacos(): boolean {
	return (
		existsSync(join(root, ".setup", "native-check-macos", "packages")) && existsSync("/usr/bin/clang++-19")
	);
}

const settings = {
	CLANG_CXX_LANGUAGE_STANDARD: "c++20",
	CLANG_CXX_LIBRARY: "libc++",
	CLANG_ENABLE_OBJC_ARC: "YES",
	GCC_ENABLE_CPP_EXCEPTIONS: "YES",
	GCC_ENABLE_CPP_RTTI: "YES",
	MACOSX_DEPLOYMENT_TARGET: "14.0",
};

/** What differs from a tree in which nothing is wrong. */
export interface TreeChanges {
	readonly libraries?: readonly string[];
	readonly settings?: Readonly<Record<string, string>>;
	/** In the header of CoreFoundation, after what is there. */
	readonly declarations?: string;
	/** The body of a function that is called. */
	readonly body?: string;
}

/** Writes a small addon for macOS with declarations of two frameworks. Gives its folder, which goes with the test. */
export async function macosTree({
	libraries = [],
	settings: changed,
	declarations = "",
	body = "",
}: TreeChanges = {}) {
	const tree = await temporaryFolder();
	const target = {
		target_name: "porthole",
		type: "loadable_module",
		sources: ["simulator/addon.mm"],
		libraries: ["-framework CoreFoundation", "-framework Foundation", ...libraries],
		xcode_settings: { ...settings, ...changed },
	};
	const headers = (name: string) => `frameworks/${name}.framework/Headers/${name}.h`;
	const files = {
		"binding.gyp": JSON.stringify({ targets: [target] }),
		[headers("CoreFoundation")]: `${coreFoundation}${declarations}`,
		[headers("Foundation")]: foundation,
		"simulator/addon.mm": addon.replace("BODY", body),
	};
	for (const [path, text] of Object.entries(files)) {
		await mkdir(dirname(join(tree, path)), { recursive: true });
		await writeFile(join(tree, path), text);
	}
	return tree;
}

/** Runs the check on a tree; gives how it ended and all that it said. */
export function checkMacosTree(tree: string): Promise<{ status: number | null; text: string }> {
	return new Promise((done, fail) => {
		const child = spawn(process.execPath, [
			join(root, "test/native/macos/main.ts"),
			tree,
			join(tree, "frameworks"),
		]);
		let text = "";
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding("utf8").on("data", (chunk) => {
				text += chunk;
			});
		child.on("error", fail);
		child.on("close", (status) => done({ status, text }));
	});
}

const coreFoundation = `#pragma once
#include <stddef.h>
#if defined(__cplusplus)
#define CF_EXPORT extern "C"
#else
#define CF_EXPORT extern
#endif
typedef const void* CFTypeRef;
typedef const struct __attribute__((objc_bridge(NSString))) __CFString* CFStringRef;
typedef const struct __CFNumber* CFNumberRef;
typedef const struct __CFAllocator* CFAllocatorRef;
typedef long CFIndex;
enum { kCFNumberSInt32Type = 3 };
CF_EXPORT const CFAllocatorRef kCFAllocatorDefault;
CF_EXPORT void CFRelease(CFTypeRef cf);
CF_EXPORT CFIndex CFStringGetLength(CFStringRef theString);
CF_EXPORT CFNumberRef CFNumberCreate(CFAllocatorRef allocator, CFIndex theType, const void* valuePtr)
	__attribute__((cf_returns_retained));
`;

const foundation = `#pragma once
#include <CoreFoundation/CoreFoundation.h>
#include <objc/NSObject.h>
@interface NSString : NSObject
+ (instancetype)stringWithUTF8String:(const char*)text;
@end
`;

const addon = `#include <Foundation/Foundation.h>
#include <node_api.h>

#include <string>

static int Measure(const std::string& text) {
	const int length = static_cast<int>(
		CFStringGetLength((__bridge CFStringRef)[NSString stringWithUTF8String:text.c_str()]));
	CFNumberRef number = CFNumberCreate(kCFAllocatorDefault, kCFNumberSInt32Type, &length);
	CFRelease(number);
	return length;
}

static void Change() {
	BODY
}

NAPI_MODULE_INIT() {
	Change();
	napi_value result = nullptr;
	napi_create_int32(env, Measure("text"), &result);
	(void)exports;
	return result;
}
`;
