/** A place on the upright screen, 0..1, origin top left. */
export interface Place {
	readonly x: number;
	readonly y: number;
}

export const EDGES = ["left", "top", "right", "bottom"] as const;
/** The side of the screen that a finger comes over, which systems read as a gesture of their own. */
export type Edge = (typeof EDGES)[number];

export const PHASES = ["down", "move", "up"] as const;
export type Phase = (typeof PHASES)[number];

/** Baguette's names of buttons; the last five are gestures of the system rather than buttons. */
export const BUTTON_NAMES = [
	"home",
	"lock",
	"power",
	"volume-up",
	"volume-down",
	"action",
	"digital-crown",
	"side-button",
	"left-side-button",
	"app-switcher",
	"swipe-to-app-switcher",
	"swipe-to-home",
	"pull-down-to-lock-screen",
	"pull-down-to-notification-center",
] as const;
export type ButtonName = (typeof BUTTON_NAMES)[number];

export const MODIFIERS = ["shift", "control", "option", "command"] as const;
export type Modifier = (typeof MODIFIERS)[number];

/** What a client of Baguette's asks for; durations are ms. */
export type Gesture =
	| { type: "tap"; at: Place; duration: number; edge?: Edge }
	| { type: "swipe"; from: Place; to: Place; duration: number; edge?: Edge }
	/** One finger as it moves. */
	| { type: "touch1"; phase: Phase; at: Place; edge?: Edge }
	| { type: "touch2"; phase: Phase; at: readonly [Place, Place] }
	/** Two fingers from one pair of places to another: what `pinch` and `pan` come to. */
	| { type: "two-fingers"; from: readonly [Place, Place]; to: readonly [Place, Place]; duration: number }
	/** Device points; negative moves the content up and left. */
	| { type: "scroll"; dx: number; dy: number }
	| { type: "button"; button: ButtonName; hold: number }
	/** `code` is a DOM `KeyboardEvent.code`; the modifiers are sorted, none is there twice. */
	| { type: "key"; code: string; modifiers: readonly Modifier[]; hold: number }
	| { type: "type"; text: string }
	/** `press`: whether Cmd-V or Cmd-C is pressed. */
	| { type: "paste"; text: string; press: boolean }
	| { type: "copy"; press: boolean };
