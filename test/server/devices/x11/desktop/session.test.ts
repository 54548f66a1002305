import { describe, expect, it } from "vitest";
import {
	desktopEnvironment,
	findDesktopTools,
	terminalArguments,
} from "../../../../../server/devices/x11/desktop/session.ts";

describe("what programs of a desktop see", () => {
	it("is their own display, and nobody else's", () => {
		const seen = desktopEnvironment(
			{ PATH: "/bin", DISPLAY: ":0", XAUTHORITY: "/home/a/.Xauthority", WAYLAND_DISPLAY: "wayland-0" },
			":7",
			{ home: "/home/a" },
		);
		expect(seen).toEqual({ PATH: "/bin", DISPLAY: ":7", LC_CTYPE: "C.UTF-8" });
	});

	it("holds no secret of the owner's, and the home of the user it runs as", () => {
		const seen = desktopEnvironment(
			{
				PATH: "/bin",
				HOME: "/root",
				SSH_AUTH_SOCK: "/tmp/agent",
				DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/0/bus",
				XDG_RUNTIME_DIR: "/run/user/0",
				AWS_PROFILE: "work",
				MY_API_KEY: "k",
				DATABASE_PASSWORD: "p",
				npm_config_token: "t",
				PORTHOLE_PORT: "8400",
				EDITOR: "vi",
			},
			":7",
			{ user: 62_001, home: "/tmp/home" },
		);
		const { PATH, EDITOR, DISPLAY, LC_CTYPE, ...rest } = seen;
		expect([PATH, EDITOR]).toEqual(["/bin", "vi"]);
		expect(rest).toEqual({ HOME: "/tmp/home", USER: "desktop", LOGNAME: "desktop", SHELL: "/bin/bash" });
	});

	it.each([
		[{}, "C.UTF-8"],
		[{ LANG: "C" }, "C.UTF-8"],
		[{ LANG: "de_DE.UTF-8" }, "de_DE.UTF-8"],
		[{ LANG: "en_US.utf8", LC_CTYPE: "ja_JP.UTF-8" }, "ja_JP.UTF-8"],
		[{ LANG: "en_US.UTF-8", LC_ALL: "POSIX" }, "C.UTF-8"],
	])("is a locale with every character, from %o", (locale, expected) => {
		const seen = desktopEnvironment(locale, ":7", { home: "/" });
		expect(seen.LC_CTYPE).toBe(expected);
		expect(seen.LC_ALL).toBeUndefined();
	});
});

describe("what a desktop needs", () => {
	it("is named with its package when it is missing", async () => {
		await expect(findDesktopTools({ PATH: "/nowhere" }, true)).rejects.toMatchObject({
			code: "program-missing",
		});
	});

	it("is no terminal when another program runs", async () => {
		const tools = await findDesktopTools(process.env, false);
		expect(tools.xterm).toBeUndefined();
		expect(tools.openbox).toMatch(/openbox$/);
	});
});

it.each([
	[1280, 720],
	[320, 200],
	[800, 600],
	[3840, 2160],
])("a terminal fits a desktop of %i by %i", (width, height) => {
	const geometry =
		terminalArguments(width, height).find((argument) => /^\d+x\d+\+\d+\+\d+$/.test(argument)) ?? "";
	const [columns = 0, rows = 0, left = 0, top = 0] = geometry.split(/[x+]/).map(Number);
	expect(left + columns * 9).toBeLessThanOrEqual(width);
	expect(top + rows * 18).toBeLessThanOrEqual(height);
});
