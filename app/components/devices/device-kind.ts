import {
	AppWindow,
	Cpu,
	type LucideIcon,
	Monitor,
	PanelsTopLeft,
	Radio,
	Server,
	Smartphone,
	Sparkles,
	Tablet,
} from "lucide-react";
import type { DeviceKind } from "../../../signaling/protocol/device.ts";

/** What people call each kind, and its icon. */
export const deviceKindNames: Readonly<Record<DeviceKind, { name: string; icon: LucideIcon }>> = {
	demo: { name: "Demo", icon: Sparkles },
	desktop: { name: "Linux desktop", icon: PanelsTopLeft },
	x11: { name: "X display", icon: AppWindow },
	framebuffer: { name: "Framebuffer", icon: Monitor },
	hxfr: { name: "Virtual machine", icon: Cpu },
	kvm: { name: "KVM", icon: Server },
	simulator: { name: "Simulator", icon: Smartphone },
	whip: { name: "Published stream", icon: Radio },
	remotexpc: { name: "iPhone", icon: Tablet },
};
