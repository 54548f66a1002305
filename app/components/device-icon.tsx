import {
	AppWindow,
	ArrowLeft,
	Bell,
	Camera,
	CircleDot,
	CirclePower,
	Eraser,
	House,
	LayoutGrid,
	Lock,
	type LucideIcon,
	Menu,
	Mic,
	Pause,
	Play,
	Power,
	RotateCw,
	Search,
	Smartphone,
	Square,
	Terminal,
	Trash2,
	Vibrate,
	Volume1,
	Volume2,
	VolumeX,
} from "lucide-react";

/** The icons a device may name for its buttons; all of lucide would weigh more than the page. */
const icons: Readonly<Record<string, LucideIcon>> = {
	"app-window": AppWindow,
	"arrow-left": ArrowLeft,
	bell: Bell,
	camera: Camera,
	"circle-power": CirclePower,
	eraser: Eraser,
	home: House,
	house: House,
	"layout-grid": LayoutGrid,
	lock: Lock,
	menu: Menu,
	mic: Mic,
	pause: Pause,
	play: Play,
	power: Power,
	"rotate-cw": RotateCw,
	search: Search,
	smartphone: Smartphone,
	square: Square,
	terminal: Terminal,
	trash: Trash2,
	"trash-2": Trash2,
	vibrate: Vibrate,
	"volume-1": Volume1,
	"volume-2": Volume2,
	"volume-x": VolumeX,
};

/** A device button's icon by its lucide name; a plain dot for names that are not carried. */
export function DeviceIcon({ name }: { name: string }) {
	const Icon = icons[name] ?? CircleDot;
	return <Icon aria-hidden size={20} strokeWidth={1.75} />;
}
