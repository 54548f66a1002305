import { spawnSync } from "node:child_process";
import { isFile, run, SetupError, say } from "./step.mjs";

/** One line a package, in dpkg's own notation. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query fills these in.
const FORMAT = "${Package} ${db:Status-Status} ${Version}\n";

/** What a start needs: a compiler for the addon, its libraries, a desktop to show, and type faces for what is typed. */
const forStart = [
	"build-essential",
	"python3",
	"pkg-config",
	"libx11-dev",
	"libxext-dev",
	"libxdamage-dev",
	"libxfixes-dev",
	"libxi-dev",
	"libxrandr-dev",
	"libxtst-dev",
	"libxkbcommon-dev",
	"libyuv-dev",
	"libopenh264-dev",
	"xvfb",
	"openbox",
	"xterm",
	"x11-xserver-utils",
	"fonts-dejavu-core",
	"fonts-droid-fallback",
	"fonts-nanum",
	"fonts-noto-color-emoji",
];

/**
 * What the tests need besides: a browser, and its engine alone for most of them, x264 to test the second encoder with, a
 * TURN server, Redis for signaling servers that share one, a clock that can be set, reverse proxies with a certificate,
 * GStreamer as another WebRTC stack, ffmpeg as what a stream is piped into, programs that copy and paste, and curl for the
 * README's lines.
 */
const forTests = [
	"chromium",
	"chromium-headless-shell",
	"libx264-dev",
	"xclip",
	"tk",
	"coturn",
	"redis-server",
	"libfaketime",
	"nginx",
	"caddy",
	"openssl",
	"gstreamer1.0-plugins-base",
	"gstreamer1.0-plugins-good",
	"gstreamer1.0-plugins-bad",
	"gstreamer1.0-plugins-ugly",
	"gstreamer1.0-nice",
	"python3-gi",
	"gir1.2-gst-plugins-bad-1.0",
	"ffmpeg",
	"curl",
];

/** What `npm run test:all` needs besides: on x86-64 an emulated machine in which AF_VSOCK is safe to use. */
const forAllTests = process.arch === "x64" ? ["qemu-system-x86", "busybox-static", "cpio"] : [];

/** What mediasoup's worker is built with, where it cannot be fetched. */
const forMediasoup = [
	"g++",
	"meson",
	"ninja-build",
	"pkg-config",
	"binutils",
	"libuv1-dev",
	"libssl-dev",
	"libsrtp2-dev",
	"libabsl-dev",
	"flatbuffers-compiler",
	"libflatbuffers-dev",
];

/** What the macOS code is checked with: a compiler and a linker for Mach-O, and what reads it; gyp is Python. */
const forNativeCheckMacos = ["clang-19", "lld-19", "llvm-19", "python3"];

/** What the fuzz targets are built with: libFuzzer, sanitizers, and the cryptography that Node brings for the addon. */
const forNativeFuzz = ["clang-19", "libclang-rt-19-dev", "libssl-dev"];

/** What the native code is linted with, besides the headers that it includes. */
const forNativeLint = [
	...forStart,
	"libx264-dev",
	"libssl-dev",
	"clang-19",
	"clang-format-19",
	"clang-tidy-19",
];

const wanted = {
	start: forStart,
	test: [...forStart, ...forTests],
	"test-all": [...forStart, ...forTests, ...forAllTests],
	mediasoup: forMediasoup,
	"native-check-macos": forNativeCheckMacos,
	"native-fuzz": forNativeFuzz,
	"native-lint": forNativeLint,
};

/**
 * Installs missing Debian packages as root or through sudo; otherwise prints the command and stops. Other systems have
 * none: macOS brings all that is linked, and its compiler is asked for where one is wanted (xcode.mjs).
 */
export async function installDebianPackages(goal, platform = process.platform) {
	if (platform !== "linux") return;
	if (!isFile("/usr/bin/dpkg-query")) {
		say(
			"This is not a Debian system: the addon's libraries and Xvfb are taken to be installed (see the README).",
		);
		return;
	}
	const missing = missingDebianPackages(goal);
	if (missing.length === 0) return;
	const install = ["apt-get", "install", "-y", "--no-install-recommends", ...missing];
	const sudo = sudoPrefix();
	if (!sudo) {
		throw new SetupError(
			`Debian packages are missing and this user may not install them. Run this, then the command again:\n\n` +
				`  sudo ${install.join(" ")}\n`,
		);
	}
	const env = { DEBIAN_FRONTEND: "noninteractive" };
	const remedy = "Run the command again to go on.";
	await apt("Reading the list of Debian packages", [...sudo, "apt-get", "update", "-qq"], env, remedy);
	await apt(`Installing Debian packages (${missing.join(" ")})`, [...sudo, ...install], env, remedy);
}

/** Cut off, it leaves packages half installed; and sudo asks no password in the terminal alone where one was typed. */
function apt(label, [command, ...args], env, remedy) {
	return run(label, command, args, { env, remedy, isShielded: true });
}

/** Names of the packages that are not installed. Where there is no dpkg, none are known to be missing. */
export function missingDebianPackages(goal) {
	const installed = installedVersions(goal);
	return installed === undefined ? [] : wanted[goal].filter((name) => !installed.has(name));
}

/** Version of each package that is installed, of those that a goal wants; undefined where there is no dpkg. */
export function installedVersions(goal) {
	const query = spawnSync("dpkg-query", ["-W", "-f", FORMAT, ...wanted[goal]], { encoding: "utf8" });
	if (query.error) return undefined;
	const lines = (query.stdout ?? "").split("\n").map((line) => line.split(" "));
	return new Map(
		lines.filter(([, state]) => state === "installed").map(([name, , version]) => [name, version]),
	);
}

/** Nothing for root, `sudo -n` where it asks for no password or somebody can type one, else undefined. */
function sudoPrefix() {
	if (process.getuid?.() === 0) return [];
	if (spawnSync("sudo", ["-n", "true"]).status === 0) return ["sudo", "-n"];
	if (process.stdin.isTTY && spawnSync("sudo", ["-v"], { stdio: "inherit" }).status === 0)
		return ["sudo", "-n"];
	return undefined;
}
