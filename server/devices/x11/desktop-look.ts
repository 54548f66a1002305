import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Colour behind all windows. */
export const WALLPAPER = "#22304a";

const FONT = "DejaVu Sans Mono";
/** Size of a character of the terminal's font at 11 points and 96 dpi, pixels. */
const CELL = { width: 9, height: 18 };

/** The terminal's sixteen colours: black, red, green, yellow, blue, magenta, cyan, white, then the bright ones. */
const COLOURS = [
	...["#1b2230", "#e8727a", "#8fce8b", "#f0c674", "#7fb2f0", "#c9a0e8", "#73cfd2", "#d8dee9"],
	...["#5a657a", "#f28b92", "#a9dca5", "#f6d693", "#9cc6f7", "#d9bbf0", "#93dfe1", "#f2f5fa"],
];

/** Arguments for an xterm that is easy to read over video: no blinking, no thin lines, and every script it can. */
export function terminalArguments(width: number, height: number): string[] {
	const columns = Math.max(20, Math.min(100, Math.floor((width - 120) / CELL.width)));
	const rows = Math.max(6, Math.min(30, Math.floor((height - 130) / CELL.height)));
	const left = Math.max(0, Math.round((width - columns * CELL.width - 24) / 2));
	const top = Math.max(0, Math.round((height - rows * CELL.height - 52) / 2));
	const resources = {
		"*VT100.internalBorder": "12",
		"*VT100.cursorBlink": "false",
		"*VT100.scrollBar": "false",
		"*VT100.saveLines": "4000",
		"*VT100.cursorColor": "#ffbf8a",
		...Object.fromEntries(COLOURS.map((colour, index) => [`*VT100.color${index}`, colour])),
	};
	return [
		...["-u8", "-fa", FONT, "-fs", "11", "-fd", "Droid Sans Fallback"],
		...["-bg", "#141a26", "-fg", "#e4e9f2", "-title", "Terminal"],
		...["-geometry", `${columns}x${rows}+${left}+${top}`],
		...Object.entries(resources).flatMap(([name, value]) => ["-xrm", `${name}: ${value}`]),
	];
}

/** Writes the window manager's configuration into a folder; gives its arguments and environment. */
export async function writeWindowManagerLook(
	folder: string,
): Promise<{ arguments: string[]; environment: Record<string, string> }> {
	const theme = join(folder, "themes", "Porthole", "openbox-3");
	await mkdir(theme, { recursive: true });
	const config = join(folder, "openbox.xml");
	await Promise.all([writeFile(join(theme, "themerc"), OPENBOX_THEME), writeFile(config, OPENBOX_CONFIG)]);
	return {
		arguments: ["--sm-disable", "--config-file", config],
		environment: { XDG_DATA_DIRS: `${folder}:/usr/local/share:/usr/share` },
	};
}

const OPENBOX_THEME = `
window.*.title.bg: flat solid
window.active.title.bg.color: #2b3346
window.inactive.title.bg.color: #232938
window.active.label.text.color: #f2f5fa
window.inactive.label.text.color: #8a93a6
window.*.label.bg: parentrelative
window.active.label.text.font: shadow=n
window.label.text.justify: center
window.*.button.*.bg: parentrelative
window.active.button.*.image.color: #c3cad8
window.active.button.hover.image.color: #ffffff
window.inactive.button.*.image.color: #6b7488
window.*.handle.bg: flat solid
window.*.handle.bg.color: #2b3346
window.*.grip.bg: parentrelative
border.width: 1
border.color: #0d1119
window.handle.width: 0
window.client.padding.width: 0
padding.width: 8
padding.height: 6
menu.*.bg: flat solid
menu.items.bg.color: #2b3346
menu.items.active.bg.color: #3f56b8
menu.items.text.color: #f2f5fa
menu.items.active.text.color: #ffffff
menu.title.bg.color: #232938
menu.title.text.color: #f2f5fa
osd.bg: flat solid
osd.bg.color: #2b3346
osd.label.text.color: #f2f5fa
`;

/** One desktop, windows in the middle, and what people expect of a mouse. Nothing on the empty desktop. */
const OPENBOX_CONFIG = `<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><followMouse>no</followMouse></focus>
  <placement><policy>Smart</policy><center>yes</center></placement>
  <theme>
    <name>Porthole</name><titleLayout>LIMC</titleLayout><keepBorder>yes</keepBorder>
    <font place="ActiveWindow"><name>DejaVu Sans</name><size>10</size><weight>Bold</weight></font>
    <font place="InactiveWindow"><name>DejaVu Sans</name><size>10</size></font>
  </theme>
  <desktops><number>1</number></desktops>
  <resize><drawContents>yes</drawContents><popupShow>Never</popupShow></resize>
  <keyboard>
    <keybind key="A-F4"><action name="Close"/></keybind>
    <keybind key="A-Tab"><action name="NextWindow"/></keybind>
  </keyboard>
  <mouse>
    <dragThreshold>4</dragThreshold><doubleClickTime>400</doubleClickTime>
    <context name="Frame">
      <mousebind button="A-Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="A-Left" action="Drag"><action name="Move"/></mousebind>
      <mousebind button="A-Right" action="Drag"><action name="Resize"/></mousebind>
    </context>
    <context name="Titlebar">
      <mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Left" action="Drag"><action name="Move"/></mousebind>
      <mousebind button="Left" action="DoubleClick"><action name="ToggleMaximize"/></mousebind>
    </context>
${["Top", "Bottom", "Left", "Right", "TLCorner", "TRCorner", "BLCorner", "BRCorner"]
	.map(
		(place) => `    <context name="${place}">
      <mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Left" action="Drag"><action name="Resize"/></mousebind>
    </context>`,
	)
	.join("\n")}
    <context name="Client">
      <mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Middle" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Right" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
    </context>
    <context name="Close"><mousebind button="Left" action="Click"><action name="Close"/></mousebind></context>
    <context name="Maximize"><mousebind button="Left" action="Click"><action name="ToggleMaximize"/></mousebind></context>
    <context name="Iconify"><mousebind button="Left" action="Click"><action name="Iconify"/></mousebind></context>
  </mouse>
</openbox_config>
`;
